// A stand-in for the encryption provider: a KMS v2 plugin that turns bits around. It keeps no secret from anyone.
package main

import (
	"context"
	"flag"
	"log"
	"time"

	"k8s.io/kms/pkg/service"
)

type plugin struct{}

func flip(data []byte) []byte {
	flipped := make([]byte, len(data))
	for i, b := range data {
		flipped[i] = ^b
	}
	return flipped
}

func (plugin) Encrypt(_ context.Context, _ string, data []byte) (*service.EncryptResponse, error) {
	return &service.EncryptResponse{Ciphertext: flip(data), KeyID: "stand-in"}, nil
}

func (plugin) Decrypt(_ context.Context, _ string, request *service.DecryptRequest) ([]byte, error) {
	return flip(request.Ciphertext), nil
}

func (plugin) Status(context.Context) (*service.StatusResponse, error) {
	return &service.StatusResponse{Version: "v2", Healthz: "ok", KeyID: "stand-in"}, nil
}

func main() {
	listen := flag.String("listen", "", "path of the socket")
	flag.String("key", "", "not used")
	flag.String("region", "", "not used")
	flag.String("health-port", "", "not used")
	flag.Parse()
	log.Fatal(service.NewGRPCService(*listen, 3*time.Second, plugin{}).ListenAndServe())
}
