namespace Ropewalk.Cli.Configuration;

/// <summary>Orders the places a value can come from; a later one wins over an earlier one.</summary>
internal enum ConfigurationSourceKind
{
    /// <summary>The schema's default.</summary>
    Default,

    /// <summary>What <c>ropewalk up</c> runs without a file.</summary>
    BuiltIn,

    /// <summary>A YAML or JSON file.</summary>
    File,

    /// <summary>A variable of the environment.</summary>
    Environment,

    /// <summary>An option or argument on the command line.</summary>
    CommandLine,
}
