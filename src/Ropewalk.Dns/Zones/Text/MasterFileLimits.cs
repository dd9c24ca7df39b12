using Microsoft.Extensions.Options;

namespace Ropewalk.Dns.Zones.Text;

/// <summary>Bounds what a master file can make its reader do.</summary>
public sealed class MasterFileLimits
{
    /// <summary>Gets or sets how many files may be open inside one another, beyond the first. Default 10 (NSD; PowerDNS has 20).</summary>
    public int IncludeDepth { get; set; } = 10;

    /// <summary>Gets or sets how many <c>$INCLUDE</c>s there may be in all. Default 10,000: each is a file to open. (BIND and NSD have no such bound.)</summary>
    public int Includes { get; set; } = 10_000;

    /// <summary>Gets or sets the most bytes of all files, each counted as often as it is included, and of all texts that are generated. Default 1 GiB: a zone of 25 million records.</summary>
    public int TextBytes { get; set; } = 1 << 30;

    /// <summary>Gets or sets the most records of one <c>$GENERATE</c>. Default 65,536: the reverse zone of a /16. (PowerDNS has <c>max-generate-steps</c>, and none unless it is set.)</summary>
    public int GenerateRecords { get; set; } = 65_536;

    /// <summary>Gets or sets the most records of all <c>$GENERATE</c>s. Default 1,048,576: sixteen of the largest.</summary>
    public int GenerateRecordsTotal { get; set; } = 1_048_576;

    /// <summary>Gets or sets how many problems are told one by one; the rest is counted. Default 1,000.</summary>
    public int Problems { get; set; } = 1000;

    /// <summary>Checks everything and tells all errors at once.</summary>
    /// <exception cref="OptionsValidationException">Something is wrong.</exception>
    public void Validate()
    {
        var errors = new List<string>();
        Check(errors, nameof(IncludeDepth), IncludeDepth, 0);
        Check(errors, nameof(Includes), Includes, 0);
        Check(errors, nameof(TextBytes), TextBytes, 1);
        Check(errors, nameof(GenerateRecords), GenerateRecords, 0);
        Check(errors, nameof(GenerateRecordsTotal), GenerateRecordsTotal, 0);
        Check(errors, nameof(Problems), Problems, 1);
        if (errors.Count > 0)
        {
            throw new OptionsValidationException(nameof(MasterFileLimits), typeof(MasterFileLimits), errors);
        }
    }

    private static void Check(List<string> errors, string name, int value, int least)
    {
        if (value < least)
        {
            errors.Add($"{name}: allowed is {least} and more.");
        }
    }
}
