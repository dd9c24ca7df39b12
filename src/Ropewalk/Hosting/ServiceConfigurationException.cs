using Ropewalk.Diagnostics;

namespace Ropewalk.Hosting;

/// <summary>Says that a service cannot be made of what it was configured with, files that its settings name among it: it is to be mended by who configures, and trying again helps nothing.</summary>
/// <param name="errors">Everything that is wrong, a line each.</param>
public class ServiceConfigurationException(IReadOnlyList<string> errors) : ProtocolException(string.Join(Environment.NewLine, errors), ErrorSide.Local, ErrorScope.Operation)
{
    /// <summary>Gets what is wrong, a line each.</summary>
    public IReadOnlyList<string> Errors { get; } = errors;
}
