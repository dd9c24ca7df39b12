namespace Ropewalk.Cli.Configuration;

/// <summary>Is one thing wrong with a configuration.</summary>
/// <param name="At">Where.</param>
/// <param name="Message">What, and what is allowed instead. Never a secret's value.</param>
internal readonly record struct ConfigurationProblem(Origin At, string Message)
{
    /// <inheritdoc/>
    public override string ToString() => $"{At}: {Message}";
}
