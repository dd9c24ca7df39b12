using Ropewalk.Dns.Wire.Text;
using Ropewalk.Dns.Zones.Text;

namespace Ropewalk.Dns.Zones.Checks;

/// <summary>Is what came out of reading a zone, building and checking it.</summary>
public sealed class ZoneReport
{
    private readonly SourceFiles _files;

    private ZoneReport(Zone zone, ZoneFindings findings, SourceFiles files)
    {
        Zone = zone;
        Findings = findings;
        _files = files;
    }

    /// <summary>Gets the zone, of all records that could be read.</summary>
    public Zone Zone { get; }

    /// <summary>Gets what is wrong with it, in the order of the files and of their lines.</summary>
    public ZoneFindings Findings { get; }

    /// <summary>Gets the names of the files that were read, and of those that should have been.</summary>
    public IEnumerable<string> FileNames => _files.Names.Union(_files.Missing);

    /// <summary>Says whether it can be served: there is no error.</summary>
    public bool IsValid => Findings.ErrorCount == 0;

    /// <summary>Builds a zone of what has been parsed, and checks it.</summary>
    /// <param name="parser">The parser, done.</param>
    /// <param name="builder">What it has filled; made to keep positions.</param>
    /// <param name="now">The time by which signatures are judged; null to leave that out.</param>
    public static ZoneReport Make(MasterFileParser parser, ZoneBuilder builder, DateTimeOffset? now = null)
    {
        ArgumentNullException.ThrowIfNull(parser);
        ArgumentNullException.ThrowIfNull(builder);
        ZoneFindings findings = new();
        foreach (MasterFileProblem problem in parser.Problems)
        {
            findings.Add(RuleOf(problem.Violation), problem.Position, default, default, problem.Violation == MasterFileViolation.ClassForeign ? problem.Detail : problem.Text);
        }

        // Those that are not told: how many of them are errors is known of all together.
        int toldErrors = parser.Problems.Count(problem => !problem.Violation.IsWarning());
        findings.Count(ZoneRule.Text, parser.ErrorCount - toldErrors);
        findings.Count(ZoneRule.TextWarning, parser.ProblemCount - parser.ErrorCount - (parser.Problems.Count - toldErrors));
        // Before what is left out is told: some of it is seen only when the names are in their order.
        Zone zone = builder.Build(out ZonePositions? positions);
        foreach (RejectedRecord rejected in builder.Rejected)
        {
            findings.Add(RuleOf(rejected.Reason), rejected.Position, rejected.Owner.Wire, rejected.Type);
        }

        foreach (RejectionReason reason in Enum.GetValues<RejectionReason>())
        {
            findings.Count(RuleOf(reason), builder.CountRejected(reason) - builder.Rejected.Count(rejected => rejected.Reason == reason));
        }

        ZoneCheck.AddTo(findings, zone, positions, now);
        findings.Sort();
        return new(zone, findings, parser.Files);
    }

    /// <summary>Finds the line and the column of a finding.</summary>
    /// <remarks><b>Call</b>: by one thread; for all in their order that is one pass over the files.</remarks>
    public SourcePlace Locate(ZoneFinding finding) => _files.Locate(finding.Position);

    /// <summary>Prints a finding as compilers do: <c>file:line:column: error: what is wrong</c>.</summary>
    public string Print(ZoneFinding finding) => $"{Locate(finding)}: {(finding.Severity == ZoneSeverity.Error ? "error" : "warning")}: {finding.Text}";

    private static ZoneRule RuleOf(MasterFileViolation violation) =>
        violation == MasterFileViolation.ClassForeign ? ZoneRule.OtherClass : violation.IsWarning() ? ZoneRule.TextWarning : ZoneRule.Text;

    private static ZoneRule RuleOf(RejectionReason reason) => reason switch
    {
        RejectionReason.OutOfZone => ZoneRule.OutOfZone,
        RejectionReason.OtherClass => ZoneRule.OtherClass,
        _ => ZoneRule.ZoneTooLarge,
    };
}
