// Command gopeer is a go-libp2p peer that a test drives by lines on its standard input:
//
//	connect ADDRESS | protocols PEER | ping PEER | echo PEER BYTES
//
// Each is answered by one line, "OK ..." or "ERROR ...". The first line is "READY PEER ADDRESS".
// With --psk FILE it is in a private network.
package main

import (
	"bufio"
	"bytes"
	"context"
	"flag"
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/libp2p/go-libp2p"
	"github.com/libp2p/go-libp2p/core/host"
	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/core/pnet"
	"github.com/libp2p/go-libp2p/p2p/protocol/ping"
	"github.com/libp2p/go-libp2p/p2p/transport/tcp"
)

const (
	echoProtocol = "/echo/1.0.0"
	partBytes    = 100_000
	patience     = 20 * time.Second
)

func main() {
	psk := flag.String("psk", "", "file with the key of a private network")
	kademlia := flag.Int("kademlia", 0, "number of nodes of a DHT; see kademlia.go")
	flag.Parse()
	if *kademlia > 0 {
		runKademlia(*kademlia)
		return
	}
	node, err := newNode(*psk)
	if err != nil {
		fmt.Println("ERROR", err)
		os.Exit(1)
	}
	defer node.Close()
	node.SetStreamHandler(echoProtocol, serveEcho)
	fmt.Println("READY", node.ID(), node.Addrs()[0])
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		answer, err := run(node, strings.Fields(lines.Text()))
		if err != nil {
			fmt.Println("ERROR", strings.ReplaceAll(err.Error(), "\n", " "))
		} else {
			fmt.Println("OK", answer)
		}
	}
}

func newNode(pskFile string) (host.Host, error) {
	options := []libp2p.Option{
		libp2p.NoTransports,
		libp2p.Transport(tcp.NewTCPTransport),
		libp2p.ListenAddrStrings("/ip4/127.0.0.1/tcp/0"),
		libp2p.ResourceManager(&network.NullResourceManager{}),
	}
	if pskFile != "" {
		file, err := os.Open(pskFile)
		if err != nil {
			return nil, err
		}
		defer file.Close()
		key, err := pnet.DecodeV1PSK(file)
		if err != nil {
			return nil, err
		}
		options = append(options, libp2p.PrivateNetwork(key))
	}
	return libp2p.New(options...)
}

func serveEcho(stream network.Stream) {
	if _, err := io.Copy(stream, stream); err != nil {
		stream.Reset()
		return
	}
	stream.Close()
}

func run(node host.Host, words []string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	if words[0] == "connect" {
		info, err := peer.AddrInfoFromString(words[1])
		if err != nil {
			return "", err
		}
		return info.ID.String(), node.Connect(ctx, *info)
	}
	id, err := peer.Decode(words[1])
	if err != nil {
		return "", err
	}
	switch words[0] {
	case "protocols":
		return protocols(ctx, node, id)
	case "ping":
		result := <-ping.Ping(ctx, node, id)
		return result.RTT.String(), result.Error
	case "echo":
		length, err := strconv.Atoi(words[2])
		if err != nil {
			return "", err
		}
		return "", echo(ctx, node, id, length)
	}
	return "", fmt.Errorf("no command %q", words[0])
}

func protocols(ctx context.Context, node host.Host, id peer.ID) (string, error) {
	for ctx.Err() == nil {
		known, err := node.Peerstore().GetProtocols(id)
		if err != nil {
			return "", err
		}
		if len(known) > 0 {
			var names []string
			for _, name := range known {
				names = append(names, string(name))
			}
			return strings.Join(names, ","), nil
		}
		time.Sleep(20 * time.Millisecond)
	}
	return "", ctx.Err()
}

func echo(ctx context.Context, node host.Host, id peer.ID, length int) error {
	stream, err := node.NewStream(ctx, id, echoProtocol)
	if err != nil {
		return err
	}
	stream.SetDeadline(time.Now().Add(patience))
	sent := make([]byte, length)
	for i := range sent {
		sent[i] = byte(i*31 + i>>8)
	}
	received := make([]byte, length)
	for from := 0; from < length; from += partBytes {
		to := min(from+partBytes, length)
		if _, err := stream.Write(sent[from:to]); err != nil {
			return err
		}
		if _, err := io.ReadFull(stream, received[from:to]); err != nil {
			return err
		}
	}
	if err := stream.CloseWrite(); err != nil {
		return err
	}
	if rest, err := io.ReadAll(stream); err != nil || len(rest) > 0 {
		return fmt.Errorf("%d bytes too many, and %v", len(rest), err)
	}
	if !bytes.Equal(sent, received) {
		return fmt.Errorf("other bytes come back")
	}
	return nil
}
