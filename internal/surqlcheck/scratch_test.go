package surqlcheck
import ("testing";"os";"fmt";"path/filepath";"github.com/devq-ai/tandem/internal/source";"github.com/devq-ai/tandem/internal/diag")
func load(glob string) (out []*source.File) { m,_:=filepath.Glob(glob); for _,p:=range m { b,_:=os.ReadFile(p); out=append(out, source.NewFile(p,string(b))) }; return }
func TestScratch(t *testing.T) {
  prog, cat, diags := Compile(load("../../surql/schema/*.surql"), load("../../surql/queries/*.surql"))
  diags.Render(os.Stdout, diag.Text)
  for _, n := range cat.tableNames() { fmt.Println(n, cat.Table(n).Row) }
  _ = prog
}
