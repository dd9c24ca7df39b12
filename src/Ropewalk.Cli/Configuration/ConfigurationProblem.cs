namespace Ropewalk.Cli.Configuration;

/// <summary>Is one thing wrong with a configuration.</summary>
/// <param name="At">Where.</param>
/// <param name="Message">What, and what is allowed instead. Never a secret's value.</param>
/// <param name="IsContent">Whether it is in a file that a setting names, and not in the setting.</param>
internal readonly record struct ConfigurationProblem(Origin At, string Message, bool IsContent = false)
{
    /// <inheritdoc/>
    public override string ToString() => $"{At}: {Message}";
}
