namespace Ropewalk.Tests.Hosting;

/// <summary>Options of the service that these tests reload: one setting of each scope.</summary>
public sealed record EchoOptions
{
    /// <summary>Live: what stands behind each echoed line.</summary>
    public string Suffix { get; init; } = "";

    /// <summary>For new connections: what a connection is greeted with.</summary>
    public string Greeting { get; init; } = "hello";

    /// <summary>Needs a restart.</summary>
    public string Engine { get; init; } = "one";

    /// <summary>What is wrong with the values.</summary>
    public IReadOnlyList<string> Wrong { get; init; } = [];

    /// <summary>What makes the instance fail when it is made.</summary>
    public string? FailsWith { get; init; }

    /// <summary>The file whose text stands before each echoed line.</summary>
    public string? PrefixFile { get; init; }

    /// <summary>Is called when that file has been read at the start.</summary>
    public Action? HasRead { get; init; }

    /// <summary>Whether connections ignore the request to say goodbye.</summary>
    public bool Deaf { get; init; }
}
