package sshd

import (
	"bytes"
	"crypto/rand"
	"slices"

	charm "charm.land/ssh"
	"golang.org/x/crypto/ssh"
)

// How clients learn the host keys that are not in use yet, or no more (PROTOCOL §2.5 of OpenSSH): the server tells all
// of its keys, and proves those that a client asks about by signing the session's identifier.
const (
	keysRequest  = "hostkeys-00@openssh.com"
	proveRequest = "hostkeys-prove-00@openssh.com"
	maxProofs    = 8 // requests in one connection; each costs signatures
)

// announceHostKeys tells the client all host keys.
func (s *Server) announceHostKeys(conn ssh.Conn) {
	var payload []byte
	for _, key := range plainKeys(s.terms.Load().signers) {
		payload = append(payload, ssh.Marshal(struct{ Blob []byte }{key.Marshal()})...)
	}
	_, _, _ = conn.SendRequest(keysRequest, false, payload) // who cannot be told learns nothing
}

// prove signs for each key that the client asks about, where all of them are ours.
func (s *Server) prove(at charm.Context, _ *charm.Server, request *ssh.Request) (ok bool, payload []byte) {
	conn, isConn := at.Value(charm.ContextKeyConn).(*ssh.ServerConn)
	if !isConn || linkOf(at).proofs.Add(1) > maxProofs {
		return false, nil
	}
	signers := s.terms.Load().signers
	rest := request.Payload
	for range len(signers) + 1 {
		if len(rest) == 0 {
			return len(payload) > 0, payload
		}
		var next struct {
			Blob []byte
			Rest []byte `ssh:"rest"`
		}
		if ssh.Unmarshal(rest, &next) != nil {
			return false, nil
		}
		n := slices.IndexFunc(signers, func(s ssh.Signer) bool { return bytes.Equal(s.PublicKey().Marshal(), next.Blob) })
		if n < 0 {
			return false, nil
		}
		proof, err := proofOf(signers[n], conn)
		if err != nil {
			s.Log.Error("host key not proven", "err", err)
			return false, nil
		}
		payload, rest = append(payload, proof...), next.Rest
	}
	return false, nil // more keys than there are
}

// proofOf returns the signature by signer over the session that conn is, as a string. An RSA key signs as it did when
// the session began, if it did.
func proofOf(signer ssh.Signer, conn *ssh.ServerConn) ([]byte, error) {
	message := ssh.Marshal(struct {
		Request          string
		Session, HostKey []byte
	}{proveRequest, conn.SessionID(), signer.PublicKey().Marshal()})
	algorithm := ""
	if c, ok := conn.Conn.(ssh.AlgorithmsConnMetadata); ok {
		algorithm = c.Algorithms().HostKey
	}
	signature, err := sign(signer, message, algorithm)
	if err != nil {
		return nil, err
	}
	return ssh.Marshal(struct{ Signature []byte }{ssh.Marshal(signature)}), nil
}

func sign(signer ssh.Signer, message []byte, agreed string) (*ssh.Signature, error) {
	several, ok := signer.(ssh.AlgorithmSigner)
	if !ok || signer.PublicKey().Type() != ssh.KeyAlgoRSA {
		return signer.Sign(rand.Reader, message)
	}
	if agreed != ssh.KeyAlgoRSASHA256 {
		agreed = ssh.KeyAlgoRSASHA512
	}
	return several.SignWithAlgorithm(rand.Reader, message, agreed)
}
