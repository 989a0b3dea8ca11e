// Command interop queries a Mallard server with Go's Flight SQL client and with plain Flight.
//
//	go run . localhost:8815
package main

import (
	"context"
	"fmt"
	"log"
	"os"

	"github.com/apache/arrow-go/v18/arrow/flight"
	"github.com/apache/arrow-go/v18/arrow/flight/flightsql"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
)

func main() {
	ctx := context.Background()
	client, err := flightsql.NewClient(os.Args[1], nil, nil, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		log.Fatal(err)
	}
	defer client.Close()

	// Flight SQL
	changed, err := client.ExecuteUpdate(ctx, "CREATE OR REPLACE TABLE from_go AS SELECT * FROM characters")
	if err != nil {
		log.Fatal(err)
	}
	fmt.Println("changed", changed)
	info, err := client.Execute(ctx, "SELECT count(*) AS n FROM from_go")
	if err != nil {
		log.Fatal(err)
	}
	for _, endpoint := range info.Endpoint {
		reader, err := client.DoGet(ctx, endpoint.Ticket)
		if err != nil {
			log.Fatal(err)
		}
		for reader.Next() {
			fmt.Println("count", reader.RecordBatch().Column(0))
		}
		reader.Release()
	}

	// plain Flight: a dataset's name or SQL is a ticket
	reader, err := client.DoGet(ctx, &flight.Ticket{Ticket: []byte("characters")})
	if err != nil {
		log.Fatal(err)
	}
	defer reader.Release()
	for reader.Next() {
		fmt.Println("rows", reader.RecordBatch().NumRows())
	}
}
