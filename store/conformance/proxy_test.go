package conformance_test

import (
	"net"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"
)

// A proxy stands between a pool and its server, and can fail as networks do.
type proxy struct {
	listener net.Listener
	target   string

	mu     sync.Mutex
	mode   proxyMode
	resume chan struct{} // closed when bytes may flow
	conns  map[net.Conn]struct{}
	tasks  sync.WaitGroup
}

type proxyMode int

const (
	pass   proxyMode = iota
	refuse           // connections are closed as soon as they are made
	hold             // bytes go nowhere, and nobody is told
)

func newProxy(t *testing.T, target string) *proxy {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	p := &proxy{listener: listener, target: target, resume: make(chan struct{}), conns: map[net.Conn]struct{}{}}
	close(p.resume)
	p.tasks.Go(p.accept)
	t.Cleanup(func() {
		p.set(refuse)
		listener.Close()
		p.cut()
		p.tasks.Wait()
	})
	return p
}

func (p *proxy) address() string { return p.listener.Addr().String() }

// set changes the mode. Connections that exist stay.
func (p *proxy) set(mode proxyMode) {
	p.mu.Lock()
	defer p.mu.Unlock()
	switch {
	case mode == hold && p.mode != hold:
		p.resume = make(chan struct{})
	case mode != hold && p.mode == hold:
		close(p.resume)
	}
	p.mode = mode
}

// cut breaks all connections.
func (p *proxy) cut() {
	p.mu.Lock()
	defer p.mu.Unlock()
	for c := range p.conns {
		c.Close()
	}
}

// down is a server that has died: connections break, and no new ones are made.
func (p *proxy) down() {
	p.set(refuse)
	p.cut()
}

func (p *proxy) accept() {
	for {
		client, err := p.listener.Accept()
		if err != nil {
			return
		}
		p.mu.Lock()
		refused := p.mode == refuse
		p.mu.Unlock()
		if refused {
			client.Close()
			continue
		}
		server, err := net.Dial("tcp", p.target)
		if err != nil {
			client.Close()
			continue
		}
		p.mu.Lock()
		p.conns[client], p.conns[server] = struct{}{}, struct{}{}
		p.mu.Unlock()
		p.tasks.Go(func() { p.pump(client, server) })
		p.tasks.Go(func() { p.pump(server, client) })
	}
}

func (p *proxy) pump(to, from net.Conn) {
	defer func() {
		to.Close()
		from.Close()
		p.mu.Lock()
		delete(p.conns, from)
		p.mu.Unlock()
	}()
	buf := make([]byte, 32<<10)
	for {
		n, err := from.Read(buf)
		p.mu.Lock()
		resume := p.resume
		p.mu.Unlock()
		<-resume
		if n > 0 {
			if _, err := to.Write(buf[:n]); err != nil {
				return
			}
		}
		if err != nil {
			return
		}
	}
}
