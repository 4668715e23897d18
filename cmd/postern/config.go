package main

import (
	"errors"
	"fmt"
	"os"
	"strings"

	"github.com/spf13/pflag"
	"go.yaml.in/yaml/v4"
)

const envPrefix = "POSTERN_"

// notNegative refuses numbers and times below zero, which no setting has.
func notNegative(flags *pflag.FlagSet) error {
	var errs []error
	flags.VisitAll(func(f *pflag.Flag) {
		if kind := f.Value.Type(); (kind == "int" || kind == "duration") && strings.HasPrefix(f.Value.String(), "-") {
			errs = append(errs, fmt.Errorf("--%s: %s is less than nothing", f.Name, f.Value))
		}
	})
	return errors.Join(errs...)
}

// onCommandLine returns the flags that were given on the command line, and their values.
func onCommandLine(flags *pflag.FlagSet) map[string]string {
	given := make(map[string]string)
	flags.Visit(func(f *pflag.Flag) {
		given[f.Name] = f.Value.String()
		if several, ok := f.Value.(pflag.SliceValue); ok { // which says them in brackets, and takes them without
			given[f.Name] = strings.Join(several.GetSlice(), ",")
		}
	})
	return given
}

// settingsFrom returns the settings of serve as they are now, with given on the command line.
func settingsFrom(given map[string]string) (settings, error) {
	var s settings
	flags := pflag.NewFlagSet("serve", pflag.ContinueOnError)
	addFlags(flags, &s)
	for name, value := range given {
		if err := flags.Set(name, value); err != nil {
			return s, err
		}
	}
	return s, configure(flags)
}

// configure sets the flags that were not given on the command line from the environment (POSTERN_LISTEN for
// --listen) and then from the file that --config names, a YAML mapping with the names of flags as keys.
func configure(flags *pflag.FlagSet) error {
	if err := fromEnvironment(flags); err != nil {
		return err
	}
	path, err := flags.GetString("config")
	if err != nil {
		return err
	}
	if path != "" {
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if err := fromFile(flags, path, data); err != nil {
			return err
		}
	}
	return notNegative(flags)
}

// variable returns the name that f has in the environment.
func variable(f *pflag.Flag) string {
	return envPrefix + strings.ToUpper(strings.ReplaceAll(f.Name, "-", "_"))
}

func fromEnvironment(flags *pflag.FlagSet) error {
	var errs []error
	flags.VisitAll(func(f *pflag.Flag) {
		name := variable(f)
		value, ok := os.LookupEnv(name)
		if !ok || value == "" || f.Changed {
			return
		}
		if err := flags.Set(f.Name, value); err != nil {
			errs = append(errs, fmt.Errorf("%s: cannot take %q for --%s (%s)", name, value, f.Name, wanted(f)))
		}
	})
	return errors.Join(errs...)
}

// strangers returns the names in environ, as os.Environ has it, that look like settings among flags and are none.
func strangers(flags *pflag.FlagSet, environ []string) []string {
	known := make(map[string]bool)
	flags.VisitAll(func(f *pflag.Flag) { known[variable(f)] = true })
	var names []string
	for _, entry := range environ {
		if name, _, _ := strings.Cut(entry, "="); strings.HasPrefix(name, envPrefix) && !known[name] {
			names = append(names, name)
		}
	}
	return names
}

func fromFile(flags *pflag.FlagSet, path string, data []byte) error {
	var document yaml.Node
	if err := yaml.Unmarshal(data, &document); err != nil {
		return fmt.Errorf("%s: %w", path, err)
	}
	if len(document.Content) == 0 {
		return nil
	}
	mapping := document.Content[0]
	if mapping.Kind != yaml.MappingNode {
		return fmt.Errorf("%s:%d: not a mapping (write: listen: \":2222\")", path, mapping.Line)
	}
	given := func(name string) bool { return flags.Changed(name) }
	twice := make(map[string]bool)
	for n := 0; n+1 < len(mapping.Content); n += 2 {
		key, value := mapping.Content[n], mapping.Content[n+1]
		flag := flags.Lookup(key.Value)
		if flag == nil || key.Value == "config" || key.Value == "help" {
			return fmt.Errorf("%s:%d:%d: unknown key: %s (postern serve --help lists them)", path, key.Line, key.Column, key.Value)
		}
		if twice[key.Value] {
			return fmt.Errorf("%s:%d:%d: %s is there twice", path, key.Line, key.Column, key.Value)
		}
		twice[key.Value] = true
		if given(key.Value) {
			continue
		}
		if value.Kind != yaml.ScalarNode || flags.Set(key.Value, value.Value) != nil {
			return fmt.Errorf("%s:%d:%d: %s: cannot take this value (%s)", path, value.Line, value.Column, key.Value, wanted(flag))
		}
	}
	return nil
}

// wanted says in plain words what a flag takes.
func wanted(f *pflag.Flag) string {
	switch f.Value.Type() {
	case "bool":
		return "true or false"
	case "duration":
		return "a time like 90s, 10m or 2h"
	case "int", "int64", "uint":
		return "a whole number"
	}
	return "a " + f.Value.Type()
}
