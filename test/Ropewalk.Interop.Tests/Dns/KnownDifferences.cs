using Ropewalk.Dns.Wire;
using Ropewalk.Dns.Zones;

namespace Ropewalk.Interop.Tests.Dns;

/// <summary>Lists the differences that are known, each with the rule that decides it.</summary>
internal static class KnownDifferences
{
    private static readonly string[] Everybody = ["NSD", "Knot", "BIND"];

    public static IReadOnlyList<KnownDifference> All { get; } =
    [
        // RFC 2181 §9: an answer is cut where it does not fit; how well names are compressed, and what is offered besides, is everybody's own.
        new("truncated-there", Everybody, AnswerAspects.Truncation, DecidesAgainstTwo: true, c => c.Theirs.IsTruncated && (c.Ours.Bytes * 2 > c.Limit || c.Trace.Last == LookupBranch.Referral || c.Trace.CrossesZones || c.Ours.Code == DnsResponseCode.NameExists)),
        // RFC 9471 §3.1: without the addresses of all servers below the cut the answer is not whole.
        new("glue-is-needed", Everybody, AnswerAspects.Truncation | AnswerAspects.Glue, DecidesAgainstTwo: true,
            c => !c.Theirs.IsTruncated && IsLessPart(AnswerComparison.GlueOf(c.Theirs), AnswerComparison.GlueOf(c.Whole))),
        // RFC 2181 §9: where ours is longer because of a difference that is explained itself.
        new("truncated-here", Everybody, AnswerAspects.Truncation, DecidesAgainstTwo: true,
            c => c.Ours.IsTruncated && !c.Theirs.IsTruncated && c.Whole.Bytes > c.Limit && ((c.Differ() & AnswerAspects.Records) != 0 || c.Trace.Has(LookupBranch.Dname))),
        // RFC 8482 §4.1: some record set is enough.
        new("any-is-some", Everybody, AnswerAspects.Records | AnswerAspects.Truncation, DecidesAgainstTwo: true,
            c => c.Question.Type == DnsType.ANY && (c.Theirs.IsTruncated || c.Ours.IsTruncated || (c.Ours.Answer.Length > 0) == (c.Theirs.Answer.Length > 0))),
        // RFC 8482 §4.1, for signatures: those of some record set are enough.
        new("signatures-are-some", Everybody, AnswerAspects.Answer | AnswerAspects.Authority | AnswerAspects.Truncation, DecidesAgainstTwo: true,
            c => c.Question.Type == DnsType.RRSIG && (c.Theirs.IsTruncated || c.Ours.IsTruncated || IsPart(c.Ours.Answer, c.Theirs.Answer) || (c.Peer == "Knot" && c.Ours.Answer.Length > 0 && c.Theirs.Answer.Length == 1))),
        // RFC 1034 §4.3.2, step 3a: the alias's name is looked for from step 1, which goes through all zones. The answer up to there is the same.
        new("zones-are-not-left", ["Knot", "BIND"], AnswerAspects.Code | AnswerAspects.Records, DecidesAgainstTwo: true, EndsAtBorder),
        // RFC 4035 §2.5: an alias has an NSEC and signatures of its own.
        new("types-of-an-alias", ["NSD"], AnswerAspects.All, DecidesAgainstTwo: false,
            c => c.Question.Type is DnsType.NSEC or DnsType.RRSIG && !IsPart(DnsTestAnswer.Chain(c.Theirs.Answer), c.Reference.Answer)),
        // RFC 1034 §4.3.2, step 3a: an alias is followed for all types but those two.
        new("nsec3-at-an-alias", ["NSD"], AnswerAspects.All, DecidesAgainstTwo: false,
            c => c.Question.Type == DnsType.NSEC3 && c.Trace.Has(LookupBranch.Cname, LookupBranch.WildcardCname) && !IsPart(DnsTestAnswer.Chain(c.Reference.Answer), c.Theirs.Answer)),
        // RFC 4592 §2.2.2, §3.3.1: a wildcard that has only names below it exists, so that names which it stands for do.
        new("wildcard-without-records", ["NSD"], AnswerAspects.Code | AnswerAspects.Authority, DecidesAgainstTwo: false,
            c => c.Trace.Has(LookupBranch.WildcardEmptyNonTerminal) && c.Theirs.Code == DnsResponseCode.NameError),
        // RFC 1034 §4.2: what the zone above has below the cut is not in the zone below.
        new("names-of-the-zone-above", ["NSD"], AnswerAspects.All, DecidesAgainstTwo: false, MeetsNamesOfAnotherZone),
        // RFC 4035 §3.1.3.4, RFC 5155 §7.2.5: that the wildcard has not the type, and that nothing is closer.
        new("wildcard-proofs", Everybody, AnswerAspects.Authority, DecidesAgainstTwo: true,
            c => c.Trace.Has(LookupBranch.WildcardNoData, LookupBranch.WildcardEmptyNonTerminal, LookupBranch.WildcardCname, LookupBranch.WildcardAnswer, LookupBranch.WildcardAny, LookupBranch.WildcardSignatures)
                && IsLessPart(Proofs(c.Theirs), Proofs(c.Reference)) && DifferInProofs(c)),
        // RFC 5155 §7.2.3, RFC 4035 §3.1.3.4: NSD proves otherwise at and below wildcards.
        new("wildcard-proofs-of-nsd", ["NSD"], AnswerAspects.Authority, DecidesAgainstTwo: false,
            c => c.Trace.Last is LookupBranch.NoData or LookupBranch.EmptyNonTerminal or LookupBranch.WildcardNoData or LookupBranch.WildcardEmptyNonTerminal && DifferInProofs(c)),
        // RFC 4035 §3.1.3, RFC 5155 §7.2: two others prove it as we do.
        new("proofs-of-one", ["NSD"], AnswerAspects.Authority, DecidesAgainstTwo: false, c => (c.IsAlone || c.Trace.Has(LookupBranch.Dname)) && DifferInProofs(c)),
        // RFC 4035 §3.1.4.1, RFC 2308 §2.2: that there is no DS is denied as anything else is, also where an alias leads to the cut.
        new("no-DS-behind-an-alias", ["NSD"], AnswerAspects.Authority | AnswerAspects.Truncation, DecidesAgainstTwo: false,
            c => c.Question.Type == DnsType.DS && c.Trace.Last == LookupBranch.NoDelegationSigner && c.Trace.Branches.Count > 1 && IsPart(c.Theirs.Authority, c.Reference.Authority)),
        // RFC 2308 §2.1: the SOA belongs to a denial; without room for it the answer is cut.
        new("denial-without-soa", ["Knot"], AnswerAspects.Truncation | AnswerAspects.Authority, DecidesAgainstTwo: true,
            c => c.Theirs is { IsTruncated: false, Authority.Length: 0 } && (c.Ours.IsTruncated || c.Theirs.Bytes + 80 > c.Limit)),
        // RFC 1034 §4.3.2, step 3b: below a cut nothing is made of wildcards; they are step 3c's, which is not come to.
        new("glue-of-a-wildcard", ["NSD", "Knot"], AnswerAspects.Glue, DecidesAgainstTwo: true,
            c => AnswerComparison.GlueOf(c.Theirs).Except(AnswerComparison.GlueOf(c.Whole)) is var more && more.Any() && more.All(record => !IsOwner(c, record))),
        // RFC 2308 §2.1: a name error has the SOA, and is said with authority.
        new("nothing-but-a-result", ["Knot"], AnswerAspects.Authoritative | AnswerAspects.Records, DecidesAgainstTwo: false,
            c => c.Theirs.Code == c.Reference.Code && c.Theirs is { IsAuthoritative: false, Answer.Length: 0, Authority.Length: 0, Additional.Length: 0 } && c.Trace.Last == LookupBranch.NameError),
        // RFC 1034 §4.3.2, step 3a: an alias that is asked for is not followed, one that was made of a DNAME neither.
        new("any-through-a-tree", ["NSD"], AnswerAspects.Code | AnswerAspects.Records | AnswerAspects.Truncation, DecidesAgainstTwo: false, c => c.Question.Type == DnsType.ANY && c.Trace.Has(LookupBranch.Dname)),
        // RFC 1034 §4.3.2, step 3b: a cut is a referral, but for its DS (RFC 4035 §3.1.4.1).
        new("nsec-of-a-cut", ["BIND"], AnswerAspects.All, DecidesAgainstTwo: false,
            c => c.Question.Type == DnsType.NSEC && c.Trace.Last == LookupBranch.Referral && c.Theirs.Answer.Any(record => DnsTestAnswer.TypeOf(record) == "nsec")),
        // RFC 6672 §3.2: the result is set, and that is all.
        new("more-with-a-name-too-long", ["Knot"], AnswerAspects.Code | AnswerAspects.Authority | AnswerAspects.Glue, DecidesAgainstTwo: false,
            c => c.Ours.Code == DnsResponseCode.NameExists && c.Ours.Authority.Length == 0),
        // RFC 1034 §3.6.2: loops are no reason to fail. What is in them is told once; how far one goes is not said.
        new("loops", Everybody, AnswerAspects.Code | AnswerAspects.Answer | AnswerAspects.Authority | AnswerAspects.Truncation, DecidesAgainstTwo: true,
            c => (c.Trace.IsLoop || c.Trace.Branches.Count > 8 || (c.Ours.Code == DnsResponseCode.NameExists && c.Trace.Branches.Count > 1)) && (c.Ours.IsTruncated || c.Theirs.IsTruncated || IsPart(c.Theirs.Answer, c.Reference.Answer) || IsPart(c.Reference.Answer, c.Theirs.Answer))),
    ];

    /// <summary>Finds what explains a difference.</summary>
    /// <returns>The names; null if something remains.</returns>
    public static IReadOnlyList<KnownDifference>? Explain(AnswerComparison comparison)
    {
        AnswerAspects left = comparison.Differ();
        List<KnownDifference> found = [];
        foreach (KnownDifference known in All)
        {
            if ((left & known.Aspects) != 0 && known.Peers.Contains(comparison.Peer) && known.Explains(comparison))
            {
                left &= ~known.Aspects;
                found.Add(known);
            }
        }

        return left == AnswerAspects.None ? found : null;
    }

    private static bool IsPart(IEnumerable<string> part, IEnumerable<string> whole) => AnswerComparison.IsPart(part, whole);

    private static bool IsLessPart(IReadOnlyCollection<string> part, IReadOnlyCollection<string> whole) => part.Distinct().Count() < whole.Count && IsPart(part, whole);

    private static string[] Proofs(DnsTestAnswer answer) => [.. answer.Authority.Where(IsProof)];

    private static bool IsProof(string record) => DnsTestAnswer.TypeOf(record) is "nsec" or "nsec3" || (DnsTestAnswer.TypeOf(record) == "rrsig" && record.Split(' ', 6)[4] is "nsec" or "nsec3");

    private static bool DifferInProofs(AnswerComparison c) =>
        AnswerComparison.Same(c.Reference.Authority.Where(record => !IsProof(record)), c.Theirs.Authority.Where(record => !IsProof(record)));

    private static bool IsOwner(AnswerComparison c, string record) => c.Trace.Zones.Any(zone => zone.Find(DomainName.Parse(DnsTestAnswer.OwnerOf(record)).Wire) >= 0);

    // Their chain is the beginning of ours, and ends with a name of another zone.
    private static bool EndsAtBorder(AnswerComparison c)
    {
        if (!c.Trace.CrossesZones || c.Theirs.Code != DnsResponseCode.NoError)
        {
            return false;
        }

        string[] theirs = [.. DnsTestAnswer.Chain(c.Theirs.Answer)];
        int aliases = theirs.Count(record => DnsTestAnswer.TypeOf(record) == "cname");
        return DnsTestAnswer.Chain(c.Whole.Answer).Take(theirs.Length).SequenceEqual(theirs) && aliases < c.Trace.Zones.Count && c.Trace.Zones[aliases] != c.Trace.Zones[0];
    }

    // NSD keeps the names of all zones in one tree.
    private static bool MeetsNamesOfAnotherZone(AnswerComparison c)
    {
        for (int i = 0; i < c.Trace.Names.Count; i++)
        {
            Zone zone = c.Trace.Zones[i];
            if (zone.Apex.Parent is not { } parent || c.Catalog.Find(parent.Wire, parent.LabelCount, DnsClass.IN) is not { } above)
            {
                continue;
            }

            for (DomainName name = c.Trace.Names[i]; name != zone.Apex; name = name.Parent!)
            {
                if (above.Find(name.Wire) >= 0 && zone.Find(name.Wire) < 0)
                {
                    return true;
                }
            }
        }

        return false;
    }
}
