package main

import (
	"context"
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
	"strings"

	"suyuan/internal/i18n"
	"suyuan/internal/keyring"
	"suyuan/internal/notary"
)

type keyJSON struct {
	Agent  bool   `json:"agent"`
	File   string `json:"file"`
	ID     string `json:"id"`
	Public string `json:"public"`
}

// runKeyNew makes a private key in a file.
func runKeyNew(ctx context.Context, p *program, in *input) error {
	file := in.args[0]
	if _, err := os.Lstat(file); err == nil { // before anybody thinks of a passphrase
		return keyProblem(file, fs.ErrExist)
	}
	passphrase, err := p.newPassphrase(ctx, in.text("passphrase-fd"), file)
	if err != nil {
		return err
	}
	public, err := keyring.Create(file, rand.Reader, passphrase)
	clear(passphrase)
	if err != nil {
		return keyProblem(file, err)
	}
	return p.printKey("key.made", keyring.About{Public: public}, file)
}

// runKeyAdd makes a file that stands for a key of the SSH agent.
func runKeyAdd(ctx context.Context, p *program, in *input) error {
	file := in.args[0]
	keys, err := keyring.AgentKeys(ctx, p.agent())
	if err != nil {
		return keyProblem(file, err)
	}
	public, err := chooseKey(keys, in.text("agent-key"))
	if err != nil {
		return err
	}
	if err := keyring.CreateReference(file, public); err != nil {
		return keyProblem(file, err)
	}
	return p.printKey("key.added", keyring.About{Public: public, InAgent: true}, file)
}

// chooseKey takes the key that was named, or the only one.
func chooseKey(keys []keyring.AgentKey, fingerprint string) (notary.Public, error) {
	var list []string
	for _, k := range keys {
		if k.Fingerprint == fingerprint {
			return k.Public, nil
		}
		list = append(list, strings.TrimSpace(k.Fingerprint+" "+k.Comment))
	}
	d := data{"Found": fingerprint, "Keys": strings.Join(list, ", ")}
	switch {
	case len(keys) == 0:
		return notary.Public{}, fail(exitFailed, "error.agent-empty", d)
	case fingerprint != "":
		return notary.Public{}, fail(exitFailed, "error.agent-key", d)
	case len(keys) > 1:
		return notary.Public{}, usage("agent-key", d)
	default:
		return keys[0].Public, nil
	}
}

// runKeyShow says what a key's file says by itself.
func runKeyShow(_ context.Context, p *program, in *input) error {
	about, err := keyring.Inspect(in.args[0])
	if err != nil {
		return keyProblem(in.args[0], err)
	}
	return p.printKey("", about, in.args[0])
}

// printKey prints what others need of a key: its public line, and the id by which records name it.
func (p *program) printKey(done string, about keyring.About, file string) error {
	if about.Unencrypted {
		p.warnUnencrypted(file)
	}
	if p.json {
		p.answerJSON(keyJSON{Agent: about.InAgent, File: file, ID: about.Public.ID(), Public: about.Public.String()})
		return nil
	}
	if done != "" {
		p.line("%s", visible(p.text(done, data{"File": file})))
	}
	p.line("  public %s", about.Public)
	p.line("  id     %s", about.Public.ID())
	return nil
}

// loadKey makes the key of a file ready to sign. The passphrase, where one is needed, comes from a file descriptor, or is asked for where fd
// is empty.
func (p *program) loadKey(ctx context.Context, file, fd string) (keyring.Key, error) {
	key, err := keyring.Load(ctx, file, keyring.Access{
		Passphrase: func() ([]byte, error) { return p.passphrase(ctx, fd, file) },
		Agent:      p.agent(),
	})
	if err != nil {
		return keyring.Key{}, keyProblem(file, err)
	}
	if key.Unencrypted {
		p.warnUnencrypted(file)
	}
	return key, nil
}

func (p *program) warnUnencrypted(file string) {
	p.say(visible(p.text("key.unencrypted", data{"File": file})))
}

// agent is where the SSH agent listens.
func (p *program) agent() string { return p.env.Getenv("SSH_AUTH_SOCK") }

// keyProblem says what is wrong with a key; errors that are no matter of keys stay what they are.
func keyProblem(file string, err error) error {
	var e *keyring.FileError
	detail := err
	if errors.As(err, &e) {
		file, detail = e.Path, e.Err
	}
	d := data{"File": file, "Err": detailOf(detail), "Least": keyring.MinPassphrase}
	for _, c := range []struct {
		is error
		id string
	}{
		{fs.ErrExist, "error.key-exists"},
		{keyring.ErrPassphrase, "error.key-passphrase"},
		{keyring.ErrWeakPassphrase, "error.key-weak"},
		{keyring.ErrTooOpen, "error.key-open"},
		{keyring.ErrNotEd25519, "error.key-type"},
		{keyring.ErrNotKey, "error.key-none"},
		{keyring.ErrNotInAgent, "error.agent-gone"},
		{keyring.ErrAgentRefused, "error.agent-refused"},
		{keyring.ErrNoAgent, "error.agent-none"},
	} {
		if errors.Is(err, c.is) {
			d["Err"] = strings.TrimPrefix(detailOf(detail), c.is.Error()+": ")
			return fail(exitFailed, c.id, d)
		}
	}
	if e == nil {
		return err
	}
	p := fail(exitFailed, "error.input", d)
	if errors.Is(err, fs.ErrNotExist) || errors.Is(err, fs.ErrPermission) {
		p.hints = func(t *i18n.Texts) []string { return []string{t.Text("hint.error.file")} }
	}
	return p
}

func detailOf(err error) string {
	if err == nil {
		return ""
	}
	return bare(err)
}
