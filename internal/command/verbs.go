package command

import (
	"errors"
	"slices"

	"github.com/spf13/pflag"
)

// verb is one thing that can be said.
type verb struct {
	name, other string // other: a second name; "" for none
	usage       string
	about       string
	more        string // what "help VERB" says besides; "" for nothing
	authors     bool   // readers cannot do it, so their help does not name it
	words       int    // how many it takes at most, flags not counted
	run         func(*call) error
	options     func(*pflag.FlagSet)
}

// verbs returns all verbs in the order of help.
func verbs() []verb {
	return []verb{
		{
			name: "list", other: "ls", usage: "list [--tag T] [--author A] [--year Y] [--limit N] [--width N] [--json]",
			about: "the posts, newest first", run: list, options: listOptions,
			more: "One line a post: date, slug and title, with two blanks or more between them.\nOn a terminal lines are cut at its width. Programs use --json.",
		},
		{
			name: "read", other: "cat", usage: "read SLUG [--source] [--json] [--width N] [--color WHEN]",
			about: "one post as text", words: 1, run: read, options: readOptions,
			more: "With \"ssh -t\" and no flags it opens on the screen.",
		},
		{
			name: "search", other: "grep", usage: "search WORDS... [--limit N] [--json]",
			about: "the posts that have these words, the best first", words: maxWords, run: search, options: searchOptions,
			more: "Quotes make a phrase, #tag and @author narrow, -word leaves out. Your shell takes one pair of quotes away:\nssh HOST search '\"two words\" #tag'",
		},
		{
			name: "tags", usage: "tags [--json]",
			about: "the tags, most used first, and how many posts have them", run: tags, options: tagsOptions,
		},
		{
			name: "feed", usage: "feed [--format atom|rss|json] [--limit N]",
			about: "the newest posts for a feed reader", run: printFeed, options: feedOptions,
			more: "Posts have their complete text, but in a very long feed the last ones have their summary.\nIn newsboat's file urls: \"exec:ssh HOST feed\"",
		},
		{
			name: "follow", usage: "follow",
			about: "a line for each post that goes live, until you leave", run: follow,
			more: "The lines are those of list. ctrl+c leaves.",
		},
		{
			name: "plain", usage: "plain",
			about: "the blog as questions and answers, for screen readers", run: plain,
			more: "The same as \"ssh plain@HOST\". Nothing that was printed is painted over.",
		},
		{
			name: "about", usage: "about [--width N] [--color WHEN]",
			about: "what this blog is, and where", run: about, options: pageOptions,
		},
		{
			name: "publish", usage: "publish NAME < FILE",
			about: "put a file among the posts", authors: true, words: 1, run: publish,
		},
		{
			name: "check", usage: "check NAME < FILE",
			about: "what publish would say", authors: true, words: 1, run: check,
		},
		{
			name: "status", usage: "status [--json]",
			about: "what readers do not see, and what to mend", authors: true, run: authorStatus, options: statusOptions,
		},
		{
			name: "remove", other: "rm", usage: "remove NAME",
			about: "take a file away; the history keeps it", authors: true, words: 1, run: remove,
		},
		{
			name: "history", usage: "history [NAME] [--since T] [--limit N]",
			about: "what a file was before, or what was replaced and removed of late", authors: true, words: 1, run: history, options: historyOptions,
		},
		{
			name: "restore", usage: "restore NAME VERSION | --since T",
			about: "publish what a file was, or what all files were", authors: true, words: 2, run: restore, options: restoreOptions,
			more: "T is a VERSION of history, or a time like 10m, 2h or 2026-01-02. Files that came since then stay.",
		},
		{
			name: "help", usage: "help [VERB]",
			about: "this page, or one verb and its flags", words: 1, run: help,
		},
		{
			name: "version", usage: "version",
			about: "what runs here", run: version,
		},
	}
}

// host returns what the caller types after "ssh" to say v.
func (v verb) host(c Caller) string {
	if v.authors {
		return c.login()
	}
	return c.Host
}

// errUsage is wrapped by errors that show how to say it right.
var errUsage = errors.New("usage")

// Unknown is what NameOf returns where there is no such verb.
const Unknown = "unknown"

// NameOf returns the name of the verb that words start with: one of a few, whatever the words are.
func NameOf(words []string) string {
	if len(words) == 0 {
		return "list"
	}
	if v, ok := find(words[0]); ok {
		return v.name
	}
	return Unknown
}

// find returns the verb that is called word.
func find(word string) (verb, bool) {
	all := verbs()
	n := slices.IndexFunc(all, func(v verb) bool { return word != "" && (v.name == word || v.other == word) })
	if n < 0 {
		return verb{}, false
	}
	return all[n], true
}
