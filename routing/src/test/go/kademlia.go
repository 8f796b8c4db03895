package main

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"

	"github.com/ipfs/go-cid"
	"github.com/libp2p/go-libp2p"
	dht "github.com/libp2p/go-libp2p-kad-dht"
	"github.com/libp2p/go-libp2p-kad-dht/provider"
	"github.com/libp2p/go-libp2p-kad-dht/records"
	"github.com/libp2p/go-libp2p/core/host"
	"github.com/libp2p/go-libp2p/core/network"
	"github.com/libp2p/go-libp2p/core/peer"
	"github.com/libp2p/go-libp2p/p2p/transport/tcp"
	ma "github.com/multiformats/go-multiaddr"
	mc "github.com/multiformats/go-multicodec"
	mh "github.com/multiformats/go-multihash"
)

// With --kademlia N the process is N nodes of a DHT set up as Spegel does, which know each other:
//
//	connect NODE ADDRESS | provide NODE KEY | find NODE KEY COUNT | table NODE | refresh NODE
//
// find answers with ids, table with those in the routing table.
type kademliaNode struct {
	host     host.Host
	dht      *dht.IpfsDHT
	provider *provider.SweepingProvider
}

const (
	advertiseTTL      = 15 * time.Minute
	maxReprovideDelay = 2 * time.Minute
)

func runKademlia(count int) {
	var nodes []kademliaNode
	for i := 0; i < count; i++ {
		node, err := newKademliaNode()
		if err == nil && i > 0 {
			first := nodes[0].host
			err = node.host.Connect(context.Background(),
				peer.AddrInfo{ID: first.ID(), Addrs: first.Addrs()})
		}
		if err != nil {
			fmt.Println("ERROR", err)
			os.Exit(1)
		}
		nodes = append(nodes, node)
	}
	fmt.Println("READY", nodes[0].host.ID(), nodes[0].host.Addrs()[0])
	lines := bufio.NewScanner(os.Stdin)
	for lines.Scan() {
		words := strings.Fields(lines.Text())
		index, err := strconv.Atoi(words[1])
		answer := ""
		if err == nil {
			answer, err = nodes[index].run(words[0], words[2:])
		}
		if err != nil {
			fmt.Println("ERROR", strings.ReplaceAll(err.Error(), "\n", " "))
		} else {
			fmt.Println("OK", answer)
		}
	}
}

func newKademliaNode() (kademliaNode, error) {
	h, err := libp2p.New(
		libp2p.NoTransports,
		libp2p.Transport(tcp.NewTCPTransport),
		libp2p.ListenAddrStrings("/ip4/127.0.0.1/tcp/0"),
		libp2p.ResourceManager(&network.NullResourceManager{}))
	if err != nil {
		return kademliaNode{}, err
	}
	d, err := dht.New(h,
		dht.Mode(dht.ModeServer),
		dht.ProtocolPrefix("/spegel"),
		dht.ProviderManagerOpts(
			records.ProvideValidity(advertiseTTL+2*maxReprovideDelay),
			records.ProviderAddrTTL(time.Hour)))
	if err != nil {
		return kademliaNode{}, err
	}
	p, err := provider.New(
		provider.WithRouter(d),
		provider.WithHost(h),
		provider.WithMessageSender(d.MessageSender()),
		provider.WithSelfAddrs(func() []ma.Multiaddr { return h.Addrs() }),
		provider.WithReprovideInterval(advertiseTTL),
		provider.WithMaxReprovideDelay(maxReprovideDelay),
		provider.WithOfflineDelay(0),
		provider.WithConnectivityCheckOnlineInterval(30*time.Second),
		provider.WithAddLocalRecord(func(key mh.Multihash) error {
			return d.ProviderStore().AddProvider(context.Background(), key,
				peer.AddrInfo{ID: h.ID()})
		}))
	return kademliaNode{h, d, p}, err
}

func (n kademliaNode) run(command string, words []string) (string, error) {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	switch command {
	case "connect":
		info, err := peer.AddrInfoFromString(words[0])
		if err != nil {
			return "", err
		}
		return info.ID.String(), n.host.Connect(ctx, *info)
	case "provide":
		key, err := cidOf(words[0])
		if err != nil {
			return "", err
		}
		return "", n.provider.StartProviding(false, key.Hash())
	case "find":
		return n.find(ctx, words[0], words[1])
	case "table":
		return join(n.dht.RoutingTable().ListPeers()), nil
	case "refresh":
		return "", <-n.dht.ForceRefresh()
	}
	return "", fmt.Errorf("no command %q", command)
}

func (n kademliaNode) find(ctx context.Context, text string, count string) (string, error) {
	key, err := cidOf(text)
	if err != nil {
		return "", err
	}
	wanted, err := strconv.Atoi(count)
	if err != nil {
		return "", err
	}
	var found []peer.ID
	for info := range n.dht.FindProvidersAsync(ctx, key, wanted) {
		found = append(found, info.ID)
	}
	return join(found), nil
}

func join(ids []peer.ID) string {
	var names []string
	for _, id := range ids {
		names = append(names, id.String())
	}
	return strings.Join(names, ",")
}

// cidOf makes a key as Spegel does.
func cidOf(text string) (cid.Cid, error) {
	prefix := cid.Prefix{Version: 1, Codec: uint64(mc.Raw), MhType: mh.SHA2_256, MhLength: -1}
	return prefix.Sum([]byte(text))
}
