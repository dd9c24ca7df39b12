// miekg PORT ZONEFILE: an authoritative server over github.com/miekg/dns, as anyone would write it: one handler, record sets in a map.
// GOMAXPROCS says how many processors it may use.
package main

import (
	"os"

	"github.com/miekg/dns"
)

type key struct {
	name string
	kind uint16
}

func main() {
	file, err := os.Open(os.Args[2])
	if err != nil {
		panic(err)
	}
	sets, names := map[key][]dns.RR{}, map[string]bool{}
	var soa dns.RR
	parser := dns.NewZoneParser(file, "", os.Args[2])
	for record, ok := parser.Next(); ok; record, ok = parser.Next() {
		head := record.Header()
		at := key{dns.CanonicalName(head.Name), head.Rrtype}
		sets[at], names[at.name] = append(sets[at], record), true
		if head.Rrtype == dns.TypeSOA {
			soa = record
		}
	}
	if err := parser.Err(); err != nil {
		panic(err)
	}
	apex := dns.CanonicalName(soa.Header().Name)
	dns.HandleFunc(apex, func(out dns.ResponseWriter, query *dns.Msg) {
		answer := new(dns.Msg)
		answer.SetReply(query)
		answer.Authoritative = true
		question := query.Question[0]
		name := dns.CanonicalName(question.Name)
		answer.Answer = sets[key{name, question.Qtype}]
		if len(answer.Answer) == 0 {
			if !names[name] {
				answer.Rcode = dns.RcodeNameError
			}
			answer.Ns = []dns.RR{soa}
		}
		out.WriteMsg(answer)
	})
	panic((&dns.Server{Addr: "127.0.0.1:" + os.Args[1], Net: "udp"}).ListenAndServe())
}
