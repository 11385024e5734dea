package store

// GeneratedForV1 is referred to by generated code. Code that was generated for
// a runtime that is newer or older than this one in an incompatible way does
// not compile.
const GeneratedForV1 = true
