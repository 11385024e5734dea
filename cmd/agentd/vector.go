package main

import (
	"hash/fnv"
	"math"
	"strings"
	"unicode"
)

// dimensions is the length of the vectors of the graph's notes.
const dimensions = 256

// stopwords carry no meaning of their own.
var stopwords = map[string]bool{}

func init() {
	for word := range strings.FieldsSeq(`a an and are as at be been but by can do does for from has have if in into is it its
		may not of on one or other over returns such than that the their then there these they this to use used uses using
		was when which will with package packages function functions type types see`) {
		stopwords[word] = true
	}
}

// embed returns a text as a hashed bag of words: each word's stem counts in one
// of the vector's places, with a sign that lets collisions cancel out, frequent
// words dampened. The vector has unit length, or is zero where the text has no
// words.
func embed(text string) []float64 {
	counts := map[string]float64{}
	for _, word := range strings.FieldsFunc(strings.ToLower(text), func(r rune) bool { return !unicode.IsLetter(r) }) {
		if len(word) > 1 && !stopwords[word] {
			counts[stem(word)]++
		}
	}
	v := make([]float64, dimensions)
	for word, n := range counts {
		h := fnv.New64a()
		h.Write([]byte(word))
		sum := h.Sum64()
		weight := 1 + math.Log(n)
		if sum&1 == 0 {
			weight = -weight
		}
		v[(sum>>1)%dimensions] += weight
	}
	norm := 0.0
	for _, x := range v {
		norm += x * x
	}
	if norm > 0 {
		norm = math.Sqrt(norm)
		for i := range v {
			v[i] /= norm
		}
	}
	return v
}

// stem cuts the endings that English puts on verbs and nouns, so that "requests"
// and "requested" count as "request".
func stem(word string) string {
	for _, suffix := range []string{"ations", "ation", "ings", "ing", "ers", "ies", "ed", "er", "es", "s"} {
		if cut, ok := strings.CutSuffix(word, suffix); ok && len(cut) >= 3 {
			if n := len(cut); n > 3 && cut[n-1] == cut[n-2] && suffix != "s" {
				cut = cut[:n-1] // cancelled, cancelling
			}
			return cut
		}
	}
	return word
}
