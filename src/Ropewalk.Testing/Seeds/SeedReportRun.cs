namespace Ropewalk.Testing.Seeds;

/// <summary>Is what a process has told of one simulated run.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Seed">Its seed.</param>
/// <param name="IsPinned">Whether the seed was the options' own.</param>
internal sealed record SeedReportRun(string Name, int Seed, bool IsPinned)
{
    /// <summary>Gets or sets whether nothing was told of its end.</summary>
    public bool IsUnderWay { get; set; } = true;

    /// <summary>Gets or sets the message of its failure.</summary>
    public string? Failure { get; set; }
}
