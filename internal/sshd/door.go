package sshd

import (
	"errors"

	"golang.org/x/crypto/ssh"

	"postern/internal/author"
)

// serverVersion is the first thing that a client hears.
const serverVersion = "SSH-2.0-postern"

// What the door notes about who came in, in ssh.Permissions.Extensions.
const (
	noteAuthor = "author@postern"
	noteKey    = "key@postern"
	noteClaim  = "claim@postern" // the author whom a reader said to be
)

// errKey sends an author who has shown no key yet on to the next method.
var errKey = errors.New("this name needs its author's key")

// door returns the rules for who comes in as what. Every name but an author's is a reader's and needs nothing: "none"
// is accepted at once, so that no key is asked for or seen. An author's name needs one of the author's keys; without
// it, keyboard-interactive with no question lets in as a reader (RFC 4252, RFC 4256). Clients that offer a whole
// agent's keys before they fall back need some tries.
func door(keys *author.Keys, limits Limits, signers []ssh.Signer) *ssh.ServerConfig {
	tries := limits.AuthTries
	if tries == 0 {
		tries = -1 // no limit, as the library has it
	}
	reader := func(conn ssh.ConnMetadata) (*ssh.Permissions, error) {
		if keys.Known(conn.User()) {
			return nil, errKey
		}
		return &ssh.Permissions{}, nil
	}
	config := &ssh.ServerConfig{
		Config: ssh.Config{
			KeyExchanges: []string{ssh.KeyExchangeMLKEM768X25519, ssh.KeyExchangeCurve25519},
			Ciphers: []string{ssh.CipherChaCha20Poly1305, ssh.CipherAES256GCM, ssh.CipherAES128GCM,
				ssh.CipherAES256CTR, ssh.CipherAES128CTR},
			MACs: []string{ssh.HMACSHA256ETM, ssh.HMACSHA512ETM, ssh.HMACSHA256}, // the last for libssh2 1.10 (curl of Debian 12)
		},
		PublicKeyAuthAlgorithms: []string{ssh.KeyAlgoED25519, ssh.KeyAlgoSKED25519, ssh.KeyAlgoECDSA256,
			ssh.KeyAlgoECDSA384, ssh.KeyAlgoECDSA521, ssh.KeyAlgoSKECDSA256, ssh.KeyAlgoRSASHA512, ssh.KeyAlgoRSASHA256},
		MaxAuthTries:         tries,
		ServerVersion:        serverVersion,
		NoClientAuth:         true,
		NoClientAuthCallback: reader,
		PublicKeyCallback: func(conn ssh.ConnMetadata, key ssh.PublicKey) (*ssh.Permissions, error) {
			if p, err := reader(conn); err == nil { // a client that never tries "none"; its key is not looked at
				return p, nil
			}
			if err := keys.Check(conn, key); err != nil {
				return nil, err
			}
			return &ssh.Permissions{Extensions: map[string]string{
				noteAuthor: conn.User(),
				noteKey:    ssh.FingerprintSHA256(key),
			}}, nil
		},
		KeyboardInteractiveCallback: func(conn ssh.ConnMetadata, ask ssh.KeyboardInteractiveChallenge) (*ssh.Permissions, error) {
			if _, err := ask("", "", nil, nil); err != nil {
				return nil, err
			}
			if p, err := reader(conn); err == nil {
				return p, nil
			}
			return &ssh.Permissions{Extensions: map[string]string{noteClaim: conn.User()}}, nil
		},
	}
	for _, signer := range inUse(signers) {
		config.AddHostKey(signer)
	}
	return config
}
