package upload

import (
	"fmt"
	"path"
	"strings"
	"sync"
)

// removal takes away what the client does not have, in the folders that it sent.
type removal struct {
	*rsync
	base  string
	have  map[string]bool // names of the client
	rules rsyncRules

	files, folders []string
}

// removeOthers removes the files that the client does not have, where it listed a whole folder, unless a rule of the
// client leaves them out of all.
func (r *rsync) removeOthers(list []rsyncEntry, names []string, rules rsyncRules) {
	m := &removal{rsync: r, base: local(r.options.targets[0]), have: make(map[string]bool, len(list)), rules: rules}
	for _, e := range list {
		m.have[path.Join(m.base, e.name)] = true
	}
	if !r.options.recursive {
		return
	}
	for n, e := range list {
		if r.ctx.Err() != nil {
			return
		}
		if e.isFolder() && names[n] != "" {
			m.collect(names[n])
		}
	}
	if limit := r.options.maxRemove; limit >= 0 && len(m.files) > limit {
		r.fault(fmt.Errorf("rsync: %d files would be removed, and --max-delete is %d, so none is", len(m.files), limit))
		return
	}
	m.remove()
}

// collect finds in one listed folder what the client does not have.
func (m *removal) collect(folder string) {
	infos, err := m.Blog.List(m.audience(), folder)
	if err != nil {
		return // it is not even there
	}
	for _, info := range infos {
		name := path.Join(folder, info.Name())
		below := strings.TrimPrefix(strings.TrimPrefix(name, m.base), "/")
		switch {
		case m.ctx.Err() != nil:
			return
		case m.have[name], m.rules.excludes(below, info.IsDir()):
		case info.IsDir():
			m.collect(name)
			m.folders = append(m.folders, name)
		default:
			m.files = append(m.files, name)
		}
	}
}

// remove removes what was found, folders after what is in them.
func (m *removal) remove() {
	if m.options.verbose || m.options.itemize || m.options.dryRun {
		for _, name := range m.files {
			_ = m.wire.text(messageInfo, "deleting "+m.Clean(name)) // only a courtesy
		}
	}
	if m.options.dryRun {
		return
	}
	var removing sync.WaitGroup
	free := make(chan struct{}, writers)
	for _, name := range m.files {
		if m.ctx.Err() != nil {
			break
		}
		free <- struct{}{}
		removing.Go(func() {
			defer func() { <-free }()
			if err := m.drop(name); err != nil {
				m.fault(err)
			}
		})
	}
	removing.Wait()
	for _, name := range m.folders {
		_ = m.Blog.RemoveFolder(m.ctx, m.By, name) // it may hold what a rule protects, or what is hidden
	}
}

// drop removes one file.
func (m *removal) drop(name string) (err error) {
	defer m.contain(&err)
	if err = m.Blog.Remove(m.ctx, m.By, name); err == nil {
		m.gone()
	}
	return err
}
