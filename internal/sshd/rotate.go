package sshd

import (
	"bytes"
	"crypto/rand"
	"slices"
	"time"

	charm "charm.land/ssh"
	"golang.org/x/crypto/ssh"
)

// How clients learn the host keys that are not in use yet, or no more (PROTOCOL §2.5 of OpenSSH): the server tells all
// of its keys, and proves those that a client asks about by signing the session's identifier.
const (
	keysRequest  = "hostkeys-00@openssh.com"
	proveRequest = "hostkeys-prove-00@openssh.com"
	maxProofs    = 2 // requests in one connection; clients need one, and each costs signatures
)

// askingTime is how long after it was told of the host keys a client may be about to ask.
const askingTime = 50 * time.Millisecond

// announceHostKeys tells the client all host keys.
func (s *Server) announceHostKeys(conn ssh.Conn, l *link) {
	l.told = time.Now()
	_, _, _ = conn.SendRequest(keysRequest, false, s.terms.Load().keys) // who cannot be told learns nothing
}

// keysMessage returns what tells a client the host keys of signers.
func keysMessage(signers []ssh.Signer) []byte {
	var payload []byte
	for _, key := range plainKeys(signers) {
		payload = append(payload, ssh.Marshal(struct{ Blob []byte }{key.Marshal()})...)
	}
	return payload
}

// isRotating reports whether there are keys that are not in use.
func (s *Server) isRotating() bool {
	signers := s.terms.Load().signers
	return len(inUse(signers)) < len(signers)
}

// prove answers a client that asks about keys. It does so before it returns, and before a session that is over hangs up.
func (s *Server) prove(at charm.Context, _ *charm.Server, request *ssh.Request) (ok bool, payload []byte) {
	conn, isConn := at.Value(charm.ContextKeyConn).(*ssh.ServerConn)
	l := linkOf(at)
	n := l.proofs.Add(1)
	if !isConn || n > maxProofs {
		return false, nil
	}
	l.proving <- struct{}{}
	defer func() { <-l.proving }()
	if n == 1 {
		close(l.asked)
	}
	payload = s.proofs(request.Payload, conn)
	ok = len(payload) > 0
	_ = request.Reply(ok, payload) // who left learns nothing
	request.WantReply = false      // it has it
	return ok, payload
}

// proofs returns a signature for each key in wanted, nothing unless all of them are ours.
func (s *Server) proofs(wanted []byte, conn *ssh.ServerConn) (payload []byte) {
	for _, signer := range asked(wanted, s.terms.Load().signers) {
		proof, err := proofOf(signer, conn)
		if err != nil {
			s.Log.Error("host key not proven", "err", err)
			return nil
		}
		payload = append(payload, proof...)
	}
	return payload
}

// asked returns those of signers whose keys stand in wanted, nothing where one is not ours or there are more than we have.
func asked(wanted []byte, signers []ssh.Signer) (these []ssh.Signer) {
	for len(wanted) > 0 && len(these) < len(signers) {
		var next struct {
			Blob []byte
			Rest []byte `ssh:"rest"`
		}
		if ssh.Unmarshal(wanted, &next) != nil {
			return nil
		}
		n := slices.IndexFunc(signers, func(s ssh.Signer) bool { return bytes.Equal(s.PublicKey().Marshal(), next.Blob) })
		if n < 0 {
			return nil
		}
		these, wanted = append(these, signers[n]), next.Rest
	}
	if len(wanted) > 0 {
		return nil
	}
	return these
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
