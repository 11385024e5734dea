package cli

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/devq-ai/tandem/internal/diag"
	"github.com/devq-ai/tandem/internal/source"
	"github.com/devq-ai/tandem/internal/surql"
	"github.com/rogpeppe/go-internal/diff"
	"github.com/spf13/cobra"
)

type fmtFlags struct {
	list, diff, write, check bool
}

func (a *app) fmtCommand() *cobra.Command {
	f := &fmtFlags{}
	cmd := &cobra.Command{
		Use:   "fmt [-l] [-d] [-w] [FILE|DIR]…",
		Short: "Lay out SurrealQL files",
		Long: `Lay out SurrealQL files, and print the result. Of a folder all .surql files are
taken, those in its subfolders too; without files, standard input is formatted.
A file that does not parse is left as it is and makes the exit code 1.`,
		RunE: func(_ *cobra.Command, args []string) error {
			return a.formatFiles(f, args)
		},
	}
	flags := cmd.Flags()
	flags.BoolVarP(&f.list, "list", "l", false, "print the names of files that are laid out otherwise, not the files")
	flags.BoolVarP(&f.diff, "diff", "d", false, "print what would change, not the files")
	flags.BoolVarP(&f.write, "write", "w", false, "write the result into the files, and print nothing")
	flags.BoolVar(&f.check, "check", false, "exit with 1 where a file is laid out otherwise")
	return cmd
}

func (a *app) formatFiles(f *fmtFlags, args []string) error {
	if len(args) == 0 {
		if f.write {
			return errors.New("-w needs files: standard input cannot be written")
		}
		text, err := io.ReadAll(a.stdin)
		if err != nil {
			return err
		}
		return a.formatted(f, map[string][]byte{"<standard input>": text}, []string{"<standard input>"})
	}
	var names []string
	for _, arg := range args {
		found, err := surqlFiles(arg)
		if err != nil {
			return err
		}
		names = append(names, found...)
	}
	texts := map[string][]byte{}
	for _, name := range names {
		text, err := os.ReadFile(name)
		if err != nil {
			return err
		}
		texts[name] = text
	}
	return a.formatted(f, texts, names)
}

// surqlFiles returns a file by its name, or the .surql files below a folder.
func surqlFiles(name string) ([]string, error) {
	info, err := os.Stat(name)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		return []string{name}, nil
	}
	var files []string
	err = filepath.WalkDir(name, func(path string, d fs.DirEntry, err error) error {
		if err == nil && !d.IsDir() && filepath.Ext(path) == ".surql" {
			files = append(files, path)
		}
		return err
	})
	return files, err
}

// formatted formats the named texts, and does with each what the flags say.
func (a *app) formatted(f *fmtFlags, texts map[string][]byte, names []string) error {
	var diags diag.List
	differs := false
	for _, name := range names {
		old := texts[name]
		text, found := surql.Format(source.NewFile(name, string(old)), surql.Options{})
		diags.Merge(found)
		if found.HasErrors() {
			continue
		}
		changed := !bytes.Equal(old, text)
		differs = differs || changed
		if err := a.deliver(f, name, old, text, changed); err != nil {
			return err
		}
	}
	if err := a.report(&diags); err != nil {
		return err
	}
	if f.check && differs {
		return errFindings
	}
	return nil
}

func (a *app) deliver(f *fmtFlags, name string, old, text []byte, changed bool) error {
	if f.list && changed {
		fmt.Fprintln(a.stdout, name)
	}
	if f.diff && changed {
		if _, err := a.stdout.Write(diff.Diff(name, old, name+" (formatted)", text)); err != nil {
			return err
		}
	}
	if f.write && changed {
		return replaceFile(name, text)
	}
	if !f.list && !f.diff && !f.write && !f.check {
		_, err := a.stdout.Write(text)
		return err
	}
	return nil
}

// replaceFile writes a file as a whole or not at all, and keeps its mode.
func replaceFile(name string, text []byte) error {
	info, err := os.Stat(name)
	if err != nil {
		return err
	}
	temp, err := os.CreateTemp(filepath.Dir(name), ".tandem-*")
	if err != nil {
		return err
	}
	_, err = temp.Write(text)
	err = errors.Join(err, temp.Chmod(info.Mode().Perm()), temp.Close())
	if err == nil {
		err = os.Rename(temp.Name(), name)
	}
	if err != nil {
		return errors.Join(err, os.Remove(temp.Name()))
	}
	return nil
}
