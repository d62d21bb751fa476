package rules_test

import (
	"os"
	"testing"

	"suyuan/internal/genealogy/genealogytest"
)

func TestMain(m *testing.M) { os.Exit(genealogytest.Main(m)) }
