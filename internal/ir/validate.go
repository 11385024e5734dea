package ir

func Validate(p *Program) error { return nil }
