// Package graphviz runs Graphviz, compiled to WebAssembly, inside this process: no program has to be installed, no file is read
// and no clock is asked, so that the same graph gets the same places everywhere.
//
// An [Engine] takes a graph in the DOT language and gives it back with places, as JSON. The compiled program is that of the npm
// package @viz-js/viz, taken out by scripts/graphviz; what it wants from its host are the imports of names.txt, most of which say
// here that there is no such file. Licences are in NOTICE.txt.
package graphviz
