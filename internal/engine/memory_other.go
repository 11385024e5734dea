//go:build !linux

package engine

// memoryDirectory is "": only Linux has a file system in memory that programs find made.
func memoryDirectory() string { return "" }
