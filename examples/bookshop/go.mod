module example.com/bookshop

go 1.26

require github.com/devq-ai/tandem v0.0.0

replace github.com/devq-ai/tandem => ../..

tool github.com/devq-ai/tandem/cmd/tandem
