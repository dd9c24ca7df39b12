using System.CommandLine;
using System.CommandLine.Invocation;
using System.Reflection;
using System.Runtime.InteropServices;
using Ropewalk.Cli.Terminal;

namespace Ropewalk.Cli.Commands;

/// <summary>Answers <c>--version</c>.</summary>
internal sealed class VersionLine(CommandConsole console) : SynchronousCommandLineAction
{
    /// <summary>Gets the version, without the commit that builds append.</summary>
    public static string Version { get; } =
        typeof(VersionLine).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0";

    /// <inheritdoc/>
    public override bool Terminating => true;

    /// <inheritdoc/>
    public override bool ClearsParseErrors => true;

    /// <inheritdoc/>
    public override int Invoke(ParseResult parseResult)
    {
        console.Output.WriteLine($"ropewalk {Version} ({RuntimeInformation.FrameworkDescription}, {RuntimeInformation.RuntimeIdentifier})");
        return ExitCode.Done;
    }
}
