// Verifies a log with Go's own implementation of tiles, trees and notes (golang.org/x/mod/sumdb).
// Reads JSON, and prints "verified" or what does not fit.
package main

import (
	"encoding/base64"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

type input struct {
	Folder      string
	Key         string
	Checkpoints []string
	Entries     []string
}

type folder string

func (folder) Height() int                            { return 8 }
func (folder) SaveTiles([]tlog.Tile, [][]byte)        {}
func (f folder) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, tile := range tiles {
		// Go names the height of tiles in their path, C2SP does not.
		path := strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
		bytes, err := os.ReadFile(filepath.Join(string(f), path))
		if err != nil {
			return nil, err
		}
		all = append(all, bytes)
	}
	return all, nil
}

func must(err error) {
	if err != nil {
		fmt.Println(err)
		os.Exit(1)
	}
}

func treeOf(verifiers note.Verifiers, signed string) tlog.Tree {
	opened, err := note.Open([]byte(signed), verifiers)
	must(err)
	lines := strings.Split(opened.Text, "\n")
	size, err := strconv.ParseInt(lines[1], 10, 64)
	must(err)
	root, err := base64.StdEncoding.DecodeString(lines[2])
	must(err)
	var hash tlog.Hash
	copy(hash[:], root)
	return tlog.Tree{N: size, Hash: hash}
}

func main() {
	var given input
	must(json.NewDecoder(os.Stdin).Decode(&given))
	verifier, err := note.NewVerifier(given.Key)
	must(err)
	verifiers := note.VerifierList(verifier)
	var older *tlog.Tree
	for _, signed := range given.Checkpoints {
		tree := treeOf(verifiers, signed)
		reader := tlog.TileHashReader(tree, folder(given.Folder))
		for index := int64(0); index < tree.N; index++ {
			entry, err := base64.StdEncoding.DecodeString(given.Entries[index])
			must(err)
			proof, err := tlog.ProveRecord(tree.N, index, reader)
			must(err)
			must(tlog.CheckRecord(proof, tree.N, tree.Hash, index, tlog.RecordHash(entry)))
		}
		if older != nil && older.N > 0 {
			proof, err := tlog.ProveTree(tree.N, older.N, reader)
			must(err)
			must(tlog.CheckTree(proof, tree.N, tree.Hash, older.N, older.Hash))
		}
		older = &tree
	}
	fmt.Println("verified")
}
