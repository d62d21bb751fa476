package main

import (
	"context"
	"strconv"

	"suyuan/internal/logbook"
)

// indexCommand is about what is kept beside the ledger so that commands are quick.
func indexCommand() *command {
	return &command{
		name: "index", args: "ACTION",
		subs: []*command{
			{
				name: "status", text: "command.index-status", act: runIndexStatus, flags: listFlags(indexLists()),
				examples: []string{"suyuan index status", "suyuan index status --json"}, exits: reading(),
			},
			{
				name: "rebuild", text: "command.index-rebuild", act: runIndexRebuild,
				examples: []string{"suyuan index rebuild", "suyuan index rebuild --ledger lc.db --wait 1m"}, exits: making(),
			},
		},
		examples: []string{"suyuan index status", "suyuan index rebuild"}, exits: making(),
	}
}

// indexJSON is one index. Sound is null where there is none of this ledger to be read.
type indexJSON struct {
	Bytes   int64  `json:"bytes"`
	File    string `json:"file"`
	Name    string `json:"name"`
	Records uint64 `json:"records"`
	Sound   *bool  `json:"sound"`
	State   string `json:"state"`
}

// runIndexStatus reads the indexes and says how they stand to the ledger. Whatever it finds is no bad news: none of them is needed.
func runIndexStatus(ctx context.Context, p *program, in *input) error {
	lo, err := p.listOut(in, indexLists())
	if err != nil {
		return err
	}
	book, err := p.reader(ctx)
	if err != nil {
		return err
	}
	if lo != nil {
		return p.listIndexes(ctx, book, lo)
	}
	return p.tellIndexes(ctx, book)
}

// runIndexRebuild makes both indexes anew and says how they stand then.
func runIndexRebuild(ctx context.Context, p *program, _ *input) error {
	book, err := p.reader(ctx)
	if err != nil {
		return err
	}
	if err := book.RebuildIndexes(ctx); err != nil {
		return err
	}
	return p.tellIndexes(ctx, book)
}

func (p *program) tellIndexes(ctx context.Context, book *logbook.Book) error {
	list, size, err := book.IndexStatus(ctx)
	if err != nil {
		return err
	}
	if p.json {
		p.answerJSON(map[string]any{"indexes": indexesJSON(list), "size": size})
		return nil
	}
	p.line("%s", p.bold(p.text("index.of", data{"File": visible(p.ledger), "N": size})))
	g := grid{heads: p.heads("index", "index-records", "index-size", "index-state")}
	for _, x := range list {
		g.add(p.text("index.name."+x.Name), strconv.FormatUint(x.Size, 10), byteText(uint64(max(0, x.Bytes))), p.text("index.state."+string(x.State)))
	}
	p.write(g.render(2, p.width, p.bold))
	for _, x := range list {
		if id := "index." + x.Name + "." + string(x.State); p.texts.Has(id) {
			p.indented(2, visible(p.text(id, data{"File": x.File})))
		}
	}
	return nil
}

func indexesJSON(list []logbook.IndexStatus) []indexJSON {
	all := make([]indexJSON, len(list))
	for i, x := range list {
		all[i] = indexJSON{Bytes: x.Bytes, File: x.File, Name: x.Name, Records: x.Size, State: string(x.State)}
		if x.Sound || x.State == logbook.Damaged {
			all[i].Sound = &list[i].Sound
		}
	}
	return all
}
