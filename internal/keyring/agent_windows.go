package keyring

import (
	"context"
	"io"
	"net"
	"os"
	"strings"
)

// pipes begins the name of a named pipe.
const pipes = `\\.\pipe\`

// dialAgent opens the named pipe of the OpenSSH that comes with Windows, unless a socket or another pipe is named.
func dialAgent(ctx context.Context, socket string) (io.ReadWriteCloser, error) {
	if socket == "" {
		socket = pipes + "openssh-ssh-agent"
	}
	if strings.HasPrefix(socket, pipes) {
		return os.OpenFile(socket, os.O_RDWR, 0)
	}
	var d net.Dialer
	return d.DialContext(ctx, "unix", socket)
}
