package notarytest

import "os/exec"

// HasPython reports whether Python and openssl are there, with which docs/verify_bundle.py runs.
func HasPython() bool {
	_, noPython := exec.LookPath("python3")
	_, noOpenSSL := exec.LookPath("openssl")
	return noPython == nil && noOpenSSL == nil
}
