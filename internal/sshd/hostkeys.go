package sshd

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"golang.org/x/crypto/ssh"
)

// The usual names of host key files, as sshd(8) has them, in the order of preference.
const (
	ed25519File = "ssh_host_ed25519_key"
	ecdsaFile   = "ssh_host_ecdsa_key"
	rsaFile     = "ssh_host_rsa_key"
)

// HostKeys returns the host keys in the folder dir: the Ed25519 one, which is made (0600) where there is none, and
// those of other kinds that lie beside it, ssh_host_*_key. Of several of a kind the one with the usual name is in use;
// the others are those that will be, and readers' clients learn them beforehand. A certificate for a key,
// ssh_host_*_key-cert.pub, is one more. RSA keys sign with SHA-2 only.
func HostKeys(dir string) ([]ssh.Signer, error) {
	if err := makeHostKey(filepath.Join(dir, ed25519File)); err != nil {
		return nil, fmt.Errorf("make host key: %w", err)
	}
	return ReadHostKeys(dir)
}

// ReadHostKeys is HostKeys without making one.
func ReadHostKeys(dir string) ([]ssh.Signer, error) {
	names, err := hostKeyNames(dir)
	if err != nil {
		return nil, err
	}
	var signers []ssh.Signer
	for _, name := range names {
		path := filepath.Join(dir, name)
		signer, err := readHostKey(path)
		if err != nil {
			return nil, err
		}
		signers = append(signers, signer)
		certified, err := readHostCertificate(path+"-cert.pub", signer)
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		signers = append(signers, certified)
	}
	return signers, nil
}

// hostKeyNames returns the files of host keys, those with the usual names first.
func hostKeyNames(dir string) ([]string, error) {
	entries, err := os.ReadDir(dir)
	if err != nil {
		return nil, err
	}
	var names []string
	for _, e := range entries {
		if strings.HasPrefix(e.Name(), "ssh_host_") && strings.HasSuffix(e.Name(), "_key") {
			names = append(names, e.Name())
		}
	}
	usual := []string{rsaFile, ecdsaFile, ed25519File}
	slices.SortStableFunc(names, func(a, b string) int { return slices.Index(usual, b) - slices.Index(usual, a) })
	return names, nil
}

// readHostCertificate returns signer with the certificate at path.
func readHostCertificate(path string, signer ssh.Signer) (ssh.Signer, error) {
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	key, _, _, _, err := ssh.ParseAuthorizedKey(data)
	if err != nil {
		return nil, fmt.Errorf("host certificate %s: %w", path, err)
	}
	cert, ok := key.(*ssh.Certificate)
	if !ok || cert.CertType != ssh.HostCert {
		return nil, fmt.Errorf("host certificate %s: it is none (ssh-keygen -s CA -h -I NAME -n HOST KEY.pub makes one)", path)
	}
	certified, err := ssh.NewCertSigner(cert, signer)
	if err != nil {
		return nil, fmt.Errorf("host certificate %s: %w", path, err)
	}
	return certified, nil
}

// inUse returns the keys and certificates that the server shows at once: of each kind the first.
func inUse(signers []ssh.Signer) []ssh.Signer {
	var first []ssh.Signer
	for _, signer := range signers {
		kind := signer.PublicKey().Type()
		if !slices.ContainsFunc(first, func(s ssh.Signer) bool { return s.PublicKey().Type() == kind }) {
			first = append(first, signer)
		}
	}
	return first
}

// plainKeys returns the public keys of signers, without certificates.
func plainKeys(signers []ssh.Signer) []ssh.PublicKey {
	var keys []ssh.PublicKey
	for _, signer := range signers {
		if _, ok := signer.PublicKey().(*ssh.Certificate); !ok {
			keys = append(keys, signer.PublicKey())
		}
	}
	return keys
}

// fingerprints returns the kind and the fingerprint of each.
func fingerprints(signers []ssh.Signer) []string {
	var all []string
	for _, key := range plainKeys(signers) {
		all = append(all, strings.ToUpper(strings.TrimPrefix(key.Type(), "ssh-"))+" "+ssh.FingerprintSHA256(key))
	}
	return all
}

func readHostKey(path string) (ssh.Signer, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if info.Mode().Perm()&0o077 != 0 {
		return nil, fmt.Errorf("host key %s can be read by others (chmod 600 %s)", path, path)
	}
	data, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	signer, err := ssh.ParsePrivateKey(data)
	if err != nil {
		return nil, fmt.Errorf("host key %s: %w", path, err)
	}
	if algorithms, ok := signer.(ssh.AlgorithmSigner); ok && signer.PublicKey().Type() == ssh.KeyAlgoRSA {
		return ssh.NewSignerWithAlgorithms(algorithms, []string{ssh.KeyAlgoRSASHA512, ssh.KeyAlgoRSASHA256})
	}
	return signer, nil
}

// makeHostKey writes a new Ed25519 key to path unless there is a file. The file appears whole or not at all, and of
// several processes that start at once one makes the key for all.
func makeHostKey(path string) error {
	if _, err := os.Lstat(path); !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return err
	}
	block, err := ssh.MarshalPrivateKey(key, "")
	if err != nil {
		return err
	}
	temporary, err := os.CreateTemp(filepath.Dir(path), ".host_key_*") // 0600
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(temporary.Name()) }() // gone already where the link succeeded and the name went
	_, err = temporary.Write(pem.EncodeToMemory(block))
	if err = errors.Join(err, temporary.Sync(), temporary.Close()); err != nil {
		return err
	}
	if err := os.Link(temporary.Name(), path); err != nil && !errors.Is(err, fs.ErrExist) {
		return err
	}
	return nil
}
