package blog

import (
	"context"
	"io/fs"
	"log/slog"
	"time"

	"postern/internal/store"
)

// Store is where posts lie: a folder, or a bucket that replicas share. What it does with names, times and errors is
// said at store.Folder, and holds for both. All of it may be called at the same time; a call may take long, and the
// blog lets nobody wait for one but who asked for it.
type Store interface {
	List(ctx context.Context) (map[string]store.Stamp, error)
	Read(name string) ([]byte, store.Stamp, error)
	Try(name string, size int) error
	Put(name string, data []byte, modified time.Time) (store.Stamp, error)
	Touch(name string, modified time.Time) (store.Stamp, error)
	Remove(name string) error
	Rename(from, to string) (store.Stamp, error)
	Mkdir(name string) error
	RemoveFolder(name string) error
	Entry(name string) (fs.FileInfo, error)
	Entries(name string) ([]fs.FileInfo, error)
	History(name string) ([]store.Version, error)
	ReadVersion(name, id string) ([]byte, error)
	Since(since time.Time) ([]store.Past, error)
	Keep(name string) error
	Expire() (removed int, err error)
	Watch(ctx context.Context, log *slog.Logger, changed func(context.Context))
}
