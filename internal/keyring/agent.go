package keyring

import (
	"bytes"
	"context"
	"encoding/base64"
	"fmt"
	"io"

	"github.com/hiddeco/sshsig"
	"golang.org/x/crypto/ssh"
	"golang.org/x/crypto/ssh/agent"

	"suyuan/internal/notary"
)

// An AgentKey is a key that an SSH agent holds.
type AgentKey struct {
	Public      notary.Public
	Fingerprint string // as ssh-add -l shows it, "SHA256:…"
	Comment     string
}

// AgentKeys returns the Ed25519 keys of the SSH agent that listens at socket, those in hardware among them, in the agent's order.
func AgentKeys(ctx context.Context, socket string) ([]AgentKey, error) {
	var keys []AgentKey
	err := withAgent(ctx, socket, func(a agent.Agent) error {
		list, err := a.List()
		if err != nil {
			return fmt.Errorf("%w: %w", ErrNoAgent, err)
		}
		for _, k := range list {
			public, err := agentPublic(k)
			if err != nil {
				continue // of another type, or a certificate
			}
			keys = append(keys, AgentKey{Public: public, Fingerprint: ssh.FingerprintSHA256(k), Comment: k.Comment})
		}
		return nil
	})
	return keys, err
}

func agentPublic(k *agent.Key) (notary.Public, error) {
	return notary.ParsePublic(k.Type() + " " + base64.StdEncoding.EncodeToString(k.Blob))
}

// An agentSigner has the agent sign with one of its keys, for as long as ctx lasts.
type agentSigner struct {
	ctx    context.Context
	public notary.Public
	socket string
}

func (s *agentSigner) Public() notary.Public { return s.public }

func (s *agentSigner) Sign(message []byte) (sig []byte, err error) {
	err = withAgent(s.ctx, s.socket, func(a agent.Agent) error {
		list, err := a.List()
		if err != nil {
			return fmt.Errorf("%w: %w", ErrNoAgent, err)
		}
		for _, k := range list {
			if public, err := agentPublic(k); err == nil && public.String() == s.public.String() {
				sig, err = s.signWith(a, k, message)
				return err
			}
		}
		return fmt.Errorf("%w: %s", ErrNotInAgent, s.public)
	})
	return sig, err
}

func (s *agentSigner) signWith(a agent.Agent, k ssh.PublicKey, message []byte) ([]byte, error) {
	signed, err := sshsig.Sign(bytes.NewReader(message), heldKey{a, k}, sshsig.HashSHA512, notary.Namespace)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrAgentRefused, err)
	}
	sig := signed.Marshal()
	if err := s.public.Verify(message, sig); err != nil {
		return nil, fmt.Errorf("%w as it should: %w", ErrAgentRefused, err)
	}
	return sig, nil
}

// A heldKey is a key of the agent as an ssh.Signer.
type heldKey struct {
	agent agent.Agent
	key   ssh.PublicKey
}

func (h heldKey) PublicKey() ssh.PublicKey { return h.key }

func (h heldKey) Sign(_ io.Reader, data []byte) (*ssh.Signature, error) {
	return h.agent.Sign(h.key, data)
}

// withAgent talks to the agent; when ctx ends, so does the talk.
func withAgent(ctx context.Context, socket string, talk func(agent.Agent) error) error {
	conn, err := dialAgent(ctx, socket)
	if err != nil {
		return fmt.Errorf("%w: %w", ErrNoAgent, err)
	}
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	err = talk(agent.NewClient(conn))
	if stop() {
		_ = conn.Close()
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return err
}
