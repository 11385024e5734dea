package surqlcheck
import ("testing";"os";"fmt";"strings";"path/filepath";"github.com/devq-ai/tandem/internal/source";"github.com/devq-ai/tandem/internal/diag";"github.com/devq-ai/tandem/internal/surql")
func load(glob string) (out []*source.File) { m,_:=filepath.Glob(glob); for _,p:=range m { b,_:=os.ReadFile(p); t:=string(b); if strings.Contains(p,"queries") {
 t=";\n"+t
 if !strings.Contains(t,"@param id record") {
 r:="note"; if strings.Contains(p,"packages"){r="package"}; if strings.Contains(p,"symbols"){r="symbol"}
 t=strings.ReplaceAll(t,"ONLY $id","ONLY (<record<"+r+">> $id)"); t=strings.ReplaceAll(t,"DELETE $id","DELETE (<record<"+r+">> $id)"); t=strings.ReplaceAll(t,"ONLY $symbol","ONLY (<record<symbol>> $symbol)") } }
 out=append(out, source.NewFile(p,t)) }; return }
func TestScratch(t *testing.T) {
  schema, queries := load("../../surql/schema/*.surql"), load("../../surql/queries/*.surql")
  prog, cat, diags := Compile(schema,queries)
  diags.Render(os.Stdout, diag.Text)
  _ = prog
  for _, f := range queries {
    s,_ := surql.Parse(f, surql.Options{KeepComments:true})
    cc := &compiler{cat: cat, diags: &diag.List{}, names: map[string]source.Span{}}
    ds,_ := cc.drafts(s,false)
    for _, d := range ds { l:=&diag.List{}; r:=cat.query(d.stmts, cc.declared(d), l)
      fmt.Println("##", d.name, d.command, cat.readOnly(d.stmts))
      for _,n := range r.params.order { fmt.Printf("   $%s: %s\n", n, r.params.kind(n)) }
      for _,k := range r.kinds { fmt.Println("   =", k) }
      if r.live!=nil { fmt.Println("   live", r.live) }
    } }
}
