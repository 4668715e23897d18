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

	"golang.org/x/crypto/ssh"
)

// The names of the host key files, as sshd(8) has them, in the order of preference.
const (
	ed25519File = "ssh_host_ed25519_key"
	ecdsaFile   = "ssh_host_ecdsa_key"
	rsaFile     = "ssh_host_rsa_key"
)

// HostKeys returns the host keys in the folder dir: the Ed25519 one, which is made (0600) where there is none, and
// those of other kinds that lie beside it. RSA keys sign with SHA-2 only.
func HostKeys(dir string) ([]ssh.Signer, error) {
	if err := makeHostKey(filepath.Join(dir, ed25519File)); err != nil {
		return nil, fmt.Errorf("make host key: %w", err)
	}
	var signers []ssh.Signer
	for _, name := range []string{ed25519File, ecdsaFile, rsaFile} {
		signer, err := readHostKey(filepath.Join(dir, name))
		if errors.Is(err, fs.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		signers = append(signers, signer)
	}
	return signers, nil
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
