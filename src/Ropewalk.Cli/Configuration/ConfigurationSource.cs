namespace Ropewalk.Cli.Configuration;

/// <summary>Names where a piece of configuration was written, and the folder that its relative paths are taken from.</summary>
/// <param name="Kind">The kind of place.</param>
/// <param name="Name">The file's name as the user gave it, the variable's name, or the option's name.</param>
/// <param name="BaseFolder">Relative paths written in this source start here.</param>
internal sealed record ConfigurationSource(ConfigurationSourceKind Kind, string Name, string BaseFolder)
{
    /// <summary>The source of every value that nobody wrote.</summary>
    public static ConfigurationSource Default { get; } = new(ConfigurationSourceKind.Default, "default", ".");

    /// <summary>The source of what <c>ropewalk up</c> runs when it is given no file.</summary>
    public static ConfigurationSource BuiltIn { get; } = new(ConfigurationSourceKind.BuiltIn, "built in", ".");
}
