package emit

import (
	"slices"
	"strings"
	"unicode"
)

// buildSuffixes are the last words of file names by which the go command
// leaves a file out: tests, operating systems and architectures.
var buildSuffixes = strings.Fields(`test
	aix android darwin dragonfly freebsd hurd illumos ios js linux nacl netbsd openbsd plan9 solaris wasip1 windows zos
	386 amd64 amd64p32 arm arm64 arm64be armbe loong64 mips mips64 mips64le mips64p32 mips64p32le mipsle
	ppc ppc64 ppc64le riscv riscv64 s390 s390x sparc sparc64 wasm`)

// goFileName returns the name, without .go, of the Go file for the query file
// of that name. The go command compiles it on every platform.
func goFileName(name string) string {
	name = strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) || r == '-' {
			return unicode.ToLower(r)
		}
		return '_'
	}, name)
	name = strings.TrimLeft(name, "_") // files with a leading _ are ignored
	if name == "" {
		return "queries"
	}
	if i := strings.LastIndexByte(name, '_'); i >= 0 && slices.Contains(buildSuffixes, name[i+1:]) {
		return name + "_queries"
	}
	return name
}
