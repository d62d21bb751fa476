package keyring_test

import (
	"bytes"
	"crypto/ed25519"
	"encoding/pem"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
	"testing/iotest"

	"golang.org/x/crypto/ssh"

	"suyuan/internal/keyring"
	"suyuan/internal/notary"
)

func TestAKeySignsAfterItsPassphraseWasGiven(t *testing.T) {
	t.Parallel()
	path, public := create(t, 7)
	key, err := keyring.Load(t.Context(), path, with(passphrase))
	if err != nil {
		t.Fatal(err)
	}
	if key.Unencrypted {
		t.Error("it is said not to be encrypted")
	}
	wantSigns(t, key, public)
	if got, err := keyring.Inspect(path); got.Public.String() != public.String() || got.InAgent || got.Unencrypted || err != nil {
		t.Errorf("without the passphrase: %+v, %v", got, err)
	}
	if got := string(read(t, path+".pub")); got != public.String()+"\n" {
		t.Errorf("beside it: %q", got)
	}
	// RFC 8032 over a seed of sevens, whatever made it.
	if want := notary.PublicOf(ed25519.NewKeyFromSeed(bytes.Repeat([]byte{7}, 32)).Public().(ed25519.PublicKey)); public.String() != want.String() {
		t.Errorf("public key %s, want %s", public, want)
	}
	for _, name := range []string{path, path + ".pub"} {
		if info, err := os.Stat(name); err != nil || runtime.GOOS != "windows" && info.Mode() != 0o600 {
			t.Errorf("%s: mode %v, %v", name, info.Mode(), err)
		}
	}
}

// quick returns a key that ssh-keygen encrypted with one round instead of the many that make guessing slow, and tests too. Nobody's.
func quick(t *testing.T) (path string, content []byte) {
	t.Helper()
	path, content = filepath.Join(t.TempDir(), "k"), read(t, "testdata/quick.key")
	write(t, path, content)
	return path, content
}

func TestAWrongPassphraseIsSaid(t *testing.T) {
	t.Parallel()
	path, _ := quick(t)
	for _, wrong := range []string{"", "correct horse batterx", passphrase + " ", passphrase + "\n"} {
		if _, err := keyring.Load(t.Context(), path, with(wrong)); !errors.Is(err, keyring.ErrPassphrase) || !strings.Contains(err.Error(), path) {
			t.Errorf("%q: %v", wrong, err)
		}
	}
	if _, err := keyring.Load(t.Context(), path, unasked()); !errors.Is(err, errAsked) {
		t.Errorf("%v, want the caller's error", err)
	}
}

func TestAPassphraseIsClearedAfterUse(t *testing.T) {
	t.Parallel()
	path, _ := quick(t)
	given := []byte(passphrase)
	if _, err := keyring.Load(t.Context(), path, keyring.Access{Passphrase: func() ([]byte, error) { return given, nil }}); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(given, make([]byte, len(passphrase))) {
		t.Errorf("it is %q still", given)
	}
}

func TestANewKeyTouchesNothingThatIsThere(t *testing.T) {
	t.Parallel()
	for _, taken := range []string{"k", "k.pub"} {
		dir := t.TempDir()
		write(t, filepath.Join(dir, taken), []byte("theirs"))
		if _, err := keyring.Create(filepath.Join(dir, "k"), randomness(1), []byte(passphrase)); !errors.Is(err, fs.ErrExist) || !strings.Contains(err.Error(), taken) {
			t.Errorf("%s: %v", taken, err)
		}
		if list, err := os.ReadDir(dir); err != nil || len(list) != 1 || string(read(t, filepath.Join(dir, taken))) != "theirs" {
			t.Errorf("%s: %v, %v", taken, list, err)
		}
	}
}

func TestANewKeyWantsAPassphraseAndRandomness(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "k")
	for _, short := range []string{"", "1234567", "七个汉字不够长"} {
		if _, err := keyring.Create(path, randomness(1), []byte(short)); !errors.Is(err, keyring.ErrWeakPassphrase) {
			t.Errorf("%q: %v", short, err)
		}
	}
	broken := errors.New("no entropy")
	if _, err := keyring.Create(path, iotest.ErrReader(broken), []byte(passphrase)); !errors.Is(err, broken) {
		t.Errorf("%v", err)
	}
	if _, err := keyring.Create(path, bytes.NewReader(make([]byte, 31)), []byte(passphrase)); err == nil {
		t.Error("a key was made of 31 bytes")
	}
	if _, err := os.Lstat(path); err == nil {
		t.Error("something was left behind")
	}
	if _, err := keyring.Create(path, randomness(1), []byte("八个汉字刚好够长")); err != nil {
		t.Errorf("eight characters: %v", err)
	}
}

func TestWhatIsNoEd25519KeyIsRefused(t *testing.T) {
	t.Parallel()
	path, public := create(t, 1)
	good := read(t, path)
	block, _ := pem.Decode(good)
	cut := &pem.Block{Type: block.Type, Bytes: block.Bytes[:len(block.Bytes)/2]}
	for name, c := range map[string]struct {
		content []byte
		want    error
	}{
		"nothing":            {nil, keyring.ErrNotKey},
		"text":               {[]byte("hello\n"), keyring.ErrNotKey},
		"a public line":      {[]byte(public.String() + "\n"), keyring.ErrNotKey},
		"half a file":        {good[:len(good)/2], keyring.ErrNotKey},
		"half of its bytes":  {pem.EncodeToMemory(cut), keyring.ErrNotKey},
		"another PEM":        {bytes.ReplaceAll(good, []byte("OPENSSH PRIVATE"), []byte("RSA PRIVATE")), keyring.ErrNotKey},
		"far too much":       {append(bytes.Clone(good), make([]byte, 70<<10)...), keyring.ErrNotKey},
		"a reference, cut":   {[]byte("suyuan/v1 agent-key\nssh-ed25519 AAAA"), keyring.ErrNotKey},
		"a reference to us":  {[]byte("suyuan/v1 agent-key\n" + public.String() + "\n"), keyring.ErrNotKey},
		"a reference, twice": {[]byte("suyuan/v1 agent-key\nssh-ed25519 AAAA\nssh-ed25519 AAAA\n"), keyring.ErrNotKey},
	} {
		file := filepath.Join(t.TempDir(), "k")
		write(t, file, c.content)
		if _, err := keyring.Load(t.Context(), file, unasked()); !errors.Is(err, c.want) || !strings.Contains(err.Error(), file) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
		if _, err := keyring.Inspect(file); !errors.Is(err, c.want) {
			t.Errorf("%s: public: %v, want %v", name, err, c.want)
		}
	}
	if _, err := keyring.Load(t.Context(), path+".none", unasked()); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("%v", err)
	}
	if _, err := keyring.Load(t.Context(), t.TempDir(), unasked()); !errors.Is(err, keyring.ErrNotKey) {
		t.Errorf("a folder: %v", err)
	}
}

func TestAKeyThatOthersMayReadIsRefused(t *testing.T) {
	t.Parallel()
	if runtime.GOOS == "windows" {
		t.Skip("modes say nothing there")
	}
	path, _ := quick(t)
	for _, mode := range []os.FileMode{0o640, 0o604, 0o620, 0o644} {
		if err := os.Chmod(path, mode); err != nil {
			t.Fatal(err)
		}
		if _, err := keyring.Load(t.Context(), path, unasked()); !errors.Is(err, keyring.ErrTooOpen) {
			t.Errorf("mode %o: %v", mode, err)
		}
	}
	if err := os.Chmod(path, 0o400); err != nil {
		t.Fatal(err)
	}
	if _, err := keyring.Load(t.Context(), path, with(passphrase)); err != nil {
		t.Errorf("mode 0400: %v", err)
	}
}

// plainKey is an unencrypted file as ssh-keygen makes one with an empty passphrase.
func plainKey(t *testing.T, key ed25519.PrivateKey) []byte {
	t.Helper()
	block, err := ssh.MarshalPrivateKey(key, "")
	if err != nil {
		t.Fatal(err)
	}
	return pem.EncodeToMemory(block)
}

func TestAFlippedByteInAKeyIsNoticed(t *testing.T) {
	t.Parallel()
	key := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{9}, 32))
	block, _ := pem.Decode(plainKey(t, key))
	path := filepath.Join(t.TempDir(), "k")
	same := 0
	for i := range block.Bytes {
		bad := bytes.Clone(block.Bytes)
		bad[i] ^= 1
		write(t, path, pem.EncodeToMemory(&pem.Block{Type: block.Type, Bytes: bad}))
		k, err := keyring.Load(t.Context(), path, with(passphrase))
		if err != nil {
			continue
		}
		if same++; k.Public().String() != notary.PublicOf(key.Public().(ed25519.PublicKey)).String() {
			t.Errorf("byte %d: it is another key", i)
		}
	}
	// The form holds the public key three times; x/crypto passes over the second one.
	if same != ed25519.PublicKeySize {
		t.Errorf("%d flipped bytes went unnoticed, want those of the copy that nobody reads", same)
	}
	mixed := append(bytes.Clone(key[:32]), ed25519.NewKeyFromSeed(bytes.Repeat([]byte{8}, 32))[32:]...)
	write(t, path, plainKey(t, mixed))
	if _, err := keyring.Load(t.Context(), path, unasked()); !errors.Is(err, keyring.ErrNotKey) {
		t.Errorf("halves of two keys: %v", err)
	}
}

func TestAFlippedByteInAnEncryptedKeyIsNoticedOrNothingElseIsSigned(t *testing.T) {
	t.Parallel()
	path, good := quick(t)
	about, err := keyring.Inspect(path)
	if err != nil {
		t.Fatal(err)
	}
	block, _ := pem.Decode(good)
	noticed := 0
	for i := 1; i < len(block.Bytes); i += 5 { // past bytes 63 to 65, which would make one round some hundred
		bad := bytes.Clone(block.Bytes)
		bad[i] ^= 1
		write(t, path, pem.EncodeToMemory(&pem.Block{Type: block.Type, Bytes: bad}))
		k, err := keyring.Load(t.Context(), path, with(passphrase))
		if err != nil {
			noticed++
			continue
		}
		// AES-CTR flips what is flipped: in the copy of the public key and in the comment, which nobody reads.
		if k.Public().String() != about.Public.String() {
			t.Errorf("byte %d: it is another key", i)
		}
	}
	if all := len(block.Bytes) / 5; noticed < all/2 {
		t.Errorf("%d of %d flipped bytes were noticed", noticed, all)
	}
	write(t, path, good)
	k, err := keyring.Load(t.Context(), path, with(passphrase))
	if err != nil {
		t.Fatal(err)
	}
	wantSigns(t, k, about.Public)
}

func TestOpenSSHReadsWhatWeMake(t *testing.T) {
	t.Parallel()
	path, public := create(t, 5)
	out := mustTool(t, nil, "ssh-keygen", "-y", "-P", passphrase, "-f", path)
	key, _, _, _, err := ssh.ParseAuthorizedKey(out)
	if err != nil {
		t.Fatal(err)
	}
	if got := notary.PublicOf(key.(ssh.CryptoPublicKey).CryptoPublicKey().(ed25519.PublicKey)); got.String() != public.String() {
		t.Errorf("it reads %s, want %s", got, public)
	}
	if out, err := tool(t, nil, nil, "ssh-keygen", "-y", "-P", "wrong", "-f", path); err == nil {
		t.Errorf("it opens it with a wrong passphrase: %s", out)
	}
}

func TestWhatOpenSSHMakesIsLoaded(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		kind, phrase, cipher string
		want                 error
	}{
		{"ed25519", "", "aes256-ctr", nil},
		{"ed25519", passphrase, "aes256-ctr", nil},
		{"ed25519", passphrase, "aes256-cbc", nil},
		{"ed25519", passphrase, "aes128-ctr", keyring.ErrNotKey}, // which x/crypto does not know
		{"rsa", "", "aes256-ctr", keyring.ErrNotEd25519},
		{"ecdsa", passphrase, "aes256-ctr", keyring.ErrNotEd25519},
	} {
		path := filepath.Join(t.TempDir(), "k")
		mustTool(t, nil, "ssh-keygen", "-q", "-t", c.kind, "-a", "1", "-N", c.phrase, "-Z", c.cipher, "-f", path)
		k, err := keyring.Load(t.Context(), path, with(c.phrase))
		if !errors.Is(err, c.want) {
			t.Errorf("%+v: %v", c, err)
		}
		if err != nil {
			continue
		}
		if k.Unencrypted != (c.phrase == "") {
			t.Errorf("%+v: said to be unencrypted: %v", c, k.Unencrypted)
		}
		about, err := keyring.Inspect(path)
		if err != nil || about.Unencrypted != k.Unencrypted {
			t.Fatalf("%+v, %v", about, err)
		}
		wantSigns(t, k, about.Public)
	}
}

func FuzzLoadNeverPanics(f *testing.F) {
	block, err := ssh.MarshalPrivateKey(ed25519.NewKeyFromSeed(make([]byte, 32)), "")
	if err != nil {
		f.Fatal(err)
	}
	f.Add(block.Bytes, true)
	f.Add([]byte("suyuan/v1 agent-key\nssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAOhB7/zzhC+HXDdGOdLwJln5NYwm6UNXx3chmQSVTG4\n"), false)
	f.Add([]byte("suyuan/v1 agent-key\n"), false)
	f.Fuzz(func(t *testing.T, content []byte, armour bool) {
		if armour {
			content = pem.EncodeToMemory(&pem.Block{Type: "OPENSSH PRIVATE KEY", Bytes: content})
		}
		path := filepath.Join(t.TempDir(), "k")
		write(t, path, content)
		k, err := keyring.Load(t.Context(), path, unasked())
		if err != nil {
			return
		}
		about, err := keyring.Inspect(path)
		if err != nil || about.Public.String() != k.Public().String() {
			t.Fatalf("%+v, %v, but it loads as %s", about, err, k.Public())
		}
		if !about.InAgent {
			wantSigns(t, k, about.Public)
		}
	})
}
