// Command door reads a dataset over TLS, signed in by one of the ways that arrow-go knows.
//
//	go run ./door localhost:8815 password ROOTS NAME PASSWORD
//	go run ./door localhost:8815 token ROOTS TOKEN
//	go run ./door localhost:8815 certificate ROOTS CERTIFICATE KEY
package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"log"
	"os"

	"github.com/apache/arrow-go/v18/arrow/flight"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/metadata"
)

func main() {
	ctx := context.Background()
	address, way, arguments := os.Args[1], os.Args[2], os.Args[4:]
	roots := x509.NewCertPool()
	pem, err := os.ReadFile(os.Args[3])
	if err != nil {
		log.Fatal(err)
	}
	roots.AppendCertsFromPEM(pem)
	config := &tls.Config{RootCAs: roots}
	if way == "certificate" {
		own, err := tls.LoadX509KeyPair(arguments[0], arguments[1])
		if err != nil {
			log.Fatal(err)
		}
		config.Certificates = []tls.Certificate{own}
	}
	client, err := flight.NewClientWithMiddleware(address, nil, nil, grpc.WithTransportCredentials(credentials.NewTLS(config)))
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()
	switch way {
	case "password":
		ctx, err = client.AuthenticateBasicToken(ctx, arguments[0], arguments[1])
		if err != nil {
			log.Fatal(err)
		}
	case "token":
		ctx = metadata.AppendToOutgoingContext(ctx, "authorization", "Bearer "+arguments[0])
	}

	stream, err := client.DoGet(ctx, &flight.Ticket{Ticket: []byte("x")})
	if err != nil {
		log.Fatal(err)
	}
	reader, err := flight.NewRecordReader(stream)
	if err != nil {
		log.Fatal(err)
	}
	defer reader.Release()
	rows := int64(0)
	for reader.Next() {
		rows += reader.RecordBatch().NumRows()
	}
	if reader.Err() != nil {
		log.Fatal(reader.Err())
	}
	fmt.Println("rows", rows)
}
