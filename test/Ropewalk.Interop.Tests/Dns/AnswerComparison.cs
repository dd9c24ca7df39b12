using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Zones;

namespace Ropewalk.Interop.Tests.Dns;

/// <summary>Is one server's answer beside ours.</summary>
/// <param name="Peer">Who has answered.</param>
/// <param name="Question">The question.</param>
/// <param name="Trace">Its way through the zones.</param>
/// <param name="Catalog">All zones.</param>
/// <param name="Ours">What we answer to a datagram.</param>
/// <param name="Whole">What we answer where there is room.</param>
/// <param name="Theirs">What the other answers.</param>
/// <param name="IsAlone">Whether no other that says something says otherwise than we.</param>
internal sealed record AnswerComparison(string Peer, DnsTestQuestion Question, LookupTrace Trace, ZoneCatalog Catalog, DnsTestAnswer Ours, DnsTestAnswer Whole, DnsTestAnswer Theirs, bool IsAlone)
{
    /// <summary>Gets what we say, as far as the other could say it too.</summary>
    public DnsTestAnswer Reference => Ours.IsTruncated && !Theirs.IsTruncated ? Whole : Ours;

    public int Limit => Question.EdnsBytes == 0 ? DnsLimits.PlainDatagramBytes : Math.Min(Question.EdnsBytes, DnsLimits.DatagramBytes);

    /// <summary>Compares.</summary>
    public AnswerAspects Differ()
    {
        AnswerAspects found = AnswerAspects.None;
        Note(Ours.IsAuthoritative != Theirs.IsAuthoritative, AnswerAspects.Authoritative);
        Note(Ours.DnssecOk != Theirs.DnssecOk, AnswerAspects.DnssecOk);
        Note(Ours.IsTruncated != Theirs.IsTruncated, AnswerAspects.Truncation);
        if (Theirs.IsTruncated)
        {
            // RFC 2181 §9: of what is cut nobody makes use.
            return found;
        }

        DnsTestAnswer ours = Reference;
        Note(ours.Code != Theirs.Code, AnswerAspects.Code);
        Note(!Same(ours.Answer, Theirs.Answer) || !DnsTestAnswer.Chain(ours.Answer).SequenceEqual(DnsTestAnswer.Chain(Theirs.Answer)), AnswerAspects.Answer);
        Note(!Same(ours.Authority, Theirs.Authority), AnswerAspects.Authority);
        Note(!Same(GlueOf(Whole), GlueOf(Theirs)), AnswerAspects.Glue);
        return found;

        void Note(bool differs, AnswerAspects aspect) => found |= differs ? aspect : AnswerAspects.None;
    }

    /// <summary>Says whether all records of one list are in another.</summary>
    public static bool IsPart(IEnumerable<string> part, IEnumerable<string> whole) => !part.Except(whole).Any();

    /// <summary>Gets the addresses below the cut that an answer refers to.</summary>
    public static string[] GlueOf(DnsTestAnswer answer)
    {
        string[] servers = [.. answer.Authority.Where(record => DnsTestAnswer.TypeOf(record) == "ns")];
        if (answer.Authority.Any(record => DnsTestAnswer.TypeOf(record) == "soa") || servers.Length == 0)
        {
            return [];
        }

        string cut = DnsTestAnswer.OwnerOf(servers[0]);
        return [.. answer.Additional.Where(record => DnsTestAnswer.TypeOf(record) is "a" or "aaaa" && (DnsTestAnswer.OwnerOf(record) == cut || DnsTestAnswer.OwnerOf(record).EndsWith("." + cut, StringComparison.Ordinal)))];
    }

    public static bool Same(IEnumerable<string> one, IEnumerable<string> other) => one.Order(StringComparer.Ordinal).SequenceEqual(other.Order(StringComparer.Ordinal), StringComparer.Ordinal);
}
