package font_test

import (
	"crypto/sha256"
	"encoding/hex"
	"os"
	"strings"
	"testing"

	"suyuan/internal/report/font"
)

func TestFilesAreWhatTheScriptMakes(t *testing.T) {
	t.Parallel()
	sums, err := os.ReadFile("SHA256SUMS")
	if err != nil {
		t.Fatal(err)
	}
	for name, b := range map[string][]byte{"regular.ttf": font.Regular, "bold.ttf": font.Bold} {
		sum := sha256.Sum256(b)
		if line := hex.EncodeToString(sum[:]) + "  " + name + "\n"; !strings.Contains(strings.ReplaceAll(string(sums), "\r\n", "\n"), line) {
			t.Errorf("%s is not the file of SHA256SUMS", name)
		}
	}
}
