// Command interop queries a Mallard server with the Go ADBC driver and with plain Arrow Flight.
//
//	go run . grpc://localhost:8815
package main

import (
	"context"
	"fmt"
	"log"
	"os"
	"strings"

	"github.com/apache/arrow-adbc/go/adbc"
	"github.com/apache/arrow-adbc/go/adbc/driver/flightsql"
	"github.com/apache/arrow-go/v18/arrow/flight"
	"github.com/apache/arrow-go/v18/arrow/memory"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
)

func main() {
	uri := os.Args[1]
	if err := query(uri); err != nil {
		log.Fatal("ADBC: ", err)
	}
	if err := plain(strings.TrimPrefix(uri, "grpc://")); err != nil {
		log.Fatal("Flight: ", err)
	}
}

func query(uri string) error {
	ctx := context.Background()
	database, err := flightsql.NewDriver(memory.DefaultAllocator).NewDatabase(map[string]string{adbc.OptionKeyURI: uri})
	if err != nil {
		return err
	}
	defer database.Close()
	connection, err := database.Open(ctx)
	if err != nil {
		return err
	}
	defer connection.Close()
	statement, err := connection.NewStatement()
	if err != nil {
		return err
	}
	defer statement.Close()
	if err := statement.SetSqlQuery("SELECT count(*) AS n FROM characters"); err != nil {
		return err
	}
	rows, _, err := statement.ExecuteQuery(ctx)
	if err != nil {
		return err
	}
	defer rows.Release()
	for rows.Next() {
		fmt.Println("ADBC:", rows.Record().Column(0))
	}
	return rows.Err()
}

func plain(address string) error {
	ctx := context.Background()
	client, err := flight.NewClientWithMiddleware(address, nil, nil, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return err
	}
	defer client.Close()
	stream, err := client.DoGet(ctx, &flight.Ticket{Ticket: []byte("SELECT * FROM characters")})
	if err != nil {
		return err
	}
	reader, err := flight.NewRecordReader(stream)
	if err != nil {
		return err
	}
	defer reader.Release()
	for reader.Next() {
		fmt.Println("Flight:", reader.Record().NumRows())
	}
	return reader.Err()
}
