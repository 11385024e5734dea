package cli

import (
	"fmt"
	"text/tabwriter"

	"github.com/devq-ai/tandem/internal/diag"
	"github.com/spf13/cobra"
)

func (a *app) explainCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "explain [CODE]",
		Short: "Say what a finding's code means, or list all codes",
		Args:  cobra.MaximumNArgs(1),
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				w := tabwriter.NewWriter(a.stdout, 0, 0, 2, ' ', 0)
				for _, info := range diag.Codes() {
					fmt.Fprintf(w, "%s\t%s\n", info.Code, info.Meaning)
				}
				return w.Flush()
			}
			info, ok := diag.Lookup(diag.Code(args[0]))
			if !ok {
				var codes []string
				for _, info := range diag.Codes() {
					codes = append(codes, string(info.Code))
				}
				if near := diag.Nearest(args[0], codes); near != "" {
					return fmt.Errorf("there is no code %q: did you mean %s?", args[0], near)
				}
				return fmt.Errorf("there is no code %q: tandem explain lists them", args[0])
			}
			_, err := fmt.Fprintf(a.stdout, "%s: %s\n\nExample:\n%s\n", info.Code, info.Meaning, info.Example)
			return err
		},
	}
}
