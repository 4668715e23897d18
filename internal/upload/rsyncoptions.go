package upload

import (
	"errors"
	"fmt"
	"strconv"
	"strings"
)

// rsyncOptions is what a client's rsync asks the rsync at this end to be and to do.
type rsyncOptions struct {
	sender    bool // this end sends
	recursive bool
	dirs      bool // folders, but not what is in them
	links     bool // targets of links are told
	owner     bool // and group: numbers are told
	group     bool
	devices   bool
	times     bool
	checksum  bool
	dryRun    bool
	update    bool
	verbose   bool
	itemize   bool // what is done with each file is told

	ignoreTimes, sizeOnly  bool
	onlyExisting, onlyNew  bool
	numericIDs             bool
	remove, removeExcluded bool
	removeDespiteErrors    bool
	maxRemove              int // -1: any number
	targets                []string
	targetIsFolder         bool // written with a slash at its end
}

// errCompress is what is said to "rsync -z".
var errCompress = errors.New("rsync: leave out -z (--compress): ssh -C compresses, and posts are small")

// readRsyncOptions reads the words behind "rsync". What would change what is said, and is not known here, is refused:
// an option that only one end knows makes both wait for ever.
func readRsyncOptions(words []string) (rsyncOptions, error) {
	o := rsyncOptions{maxRemove: -1}
	if len(words) == 0 || words[0] != "--server" {
		return o, errors.New("rsync runs at the other end: rsync -a FOLDER/ HOST: or rsync -a HOST: FOLDER/")
	}
	words = words[1:]
	for len(words) > 0 && strings.HasPrefix(words[0], "-") && words[0] != "-" {
		word := words[0]
		words = words[1:]
		if word == "--" {
			break
		}
		read := o.letters
		if strings.HasPrefix(word, "--") {
			read = o.long
		}
		next, err := read(word)
		if err != nil {
			return o, err
		}
		o = next
		if word == "--partial-dir" && len(words) > 0 { // its value is a word of its own
			words = words[1:]
		}
	}
	if len(words) < 2 || words[0] != "." {
		return o, errors.New("rsync: it says nothing of which files")
	}
	o.targets = words[1:]
	if !o.sender && len(o.targets) != 1 {
		o.targets = []string{strings.Join(o.targets, " ")} // clients do not always quote a name with blanks
	}
	o.targetIsFolder = strings.HasSuffix(o.targets[0], "/")
	return o, nil
}

// letters reads short options, which stand together.
func (o rsyncOptions) letters(word string) (rsyncOptions, error) {
	for _, letter := range word[1:] {
		switch letter {
		case 'e':
			return o, nil // the rest tells what the client could do
		case 'r':
			o.recursive = true
		case 'd':
			o.dirs = true
		case 'l':
			o.links = true
		case 'o':
			o.owner = true
		case 'g':
			o.group = true
		case 'D':
			o.devices = true
		case 't':
			o.times = true
		case 'c':
			o.checksum = true
		case 'n':
			o.dryRun = true
		case 'u':
			o.update = true
		case 'I':
			o.ignoreTimes = true
		case 'v':
			o.verbose = true
		case 'z':
			return o, errCompress
		case 'p', 'q', 'W', 'x', 'L', 'k', 'K', 'O', 'J', 'E', 'S', 'h', 'y', 'U':
			// nothing that could be seen here
		default:
			return o, fmt.Errorf("rsync: option -%c is not known here: leave it out", letter)
		}
	}
	return o, nil
}

// long reads one long option.
func (o rsyncOptions) long(word string) (rsyncOptions, error) {
	name, value, _ := strings.Cut(word, "=")
	switch name {
	case "--sender":
		o.sender = true
	case "--delete", "--delete-before", "--delete-during", "--delete-after", "--delete-delay", "--del":
		o.remove = true
	case "--delete-excluded":
		o.remove, o.removeExcluded = true, true
	case "--ignore-errors":
		o.removeDespiteErrors = true
	case "--max-delete":
		n, err := strconv.Atoi(value)
		if err != nil {
			return o, fmt.Errorf("rsync: cannot read %q", word)
		}
		o.maxRemove = max(n, 0) // clients write -1 for 0
	case "--size-only":
		o.sizeOnly = true
	case "--existing", "--ignore-non-existing":
		o.onlyExisting = true
	case "--ignore-existing":
		o.onlyNew = true
	case "--log-format", "--out-format":
		o.itemize = strings.Contains(value, "%i")
	case "--numeric-ids":
		o.numericIDs = true
	case "--partial", "--partial-dir", "--delay-updates", "--inplace", "--whole-file", "--no-whole-file", "--stats", "--info", "--debug",
		"--timeout", "--bwlimit", "--force", "--mkpath", "--fsync", "--safe-links", "--copy-unsafe-links",
		"--omit-dir-times", "--omit-link-times", "--no-implied-dirs", "--no-inc-recursive", "--no-i-r", "--use-qsort", "--fuzzy", "--preallocate",
		"--list-only", "--msgs2stderr", "--no-msgs2stderr", "--stderr", "--quiet":
		// nothing that could be seen here
	case "--compress", "--new-compress", "--old-compress", "--compress-choice", "--compress-level", "--zc", "--zl":
		return o, errCompress
	default:
		return o, fmt.Errorf("rsync: option %s is not known here: leave it out", name)
	}
	return o, nil
}
