package engine

import "syscall"

const (
	sharedMemory = "/dev/shm"
	// A container has 64 MiB there, unless told otherwise, which a database fills at once.
	enoughMemory = 4 << 30
	tmpfsMagic   = 0x01021994 // linux/magic.h
)

// memoryDirectory is a directory whose files are in memory, or "" where there is none with room
// for databases.
func memoryDirectory() string {
	var at syscall.Statfs_t
	if err := syscall.Statfs(sharedMemory, &at); err != nil || at.Type != tmpfsMagic || at.Bavail*uint64(at.Bsize) < enoughMemory {
		return ""
	}
	return sharedMemory
}
