package store

import "context"

type noObserver struct{}

func (noObserver) Start(ctx context.Context, _ *Query) context.Context { return ctx }
func (noObserver) End(context.Context, *Query, error)                  {}

type observers []Observer

// Observers joins observers into one: they start in the order given and end
// in the reverse order, each with the context that reached the last of them.
// Nil observers are left out.
func Observers(list ...Observer) Observer {
	var joined observers
	for _, o := range list {
		if o != nil {
			joined = append(joined, o)
		}
	}
	switch len(joined) {
	case 0:
		return noObserver{}
	case 1:
		return joined[0]
	default:
		return joined
	}
}

func (o observers) Start(ctx context.Context, q *Query) context.Context {
	for _, observer := range o {
		ctx = observer.Start(ctx, q)
	}
	return ctx
}

func (o observers) End(ctx context.Context, q *Query, err error) {
	for i := len(o) - 1; i >= 0; i-- {
		o[i].End(ctx, q, err)
	}
}
