using Ropewalk.Diagnostics;

namespace Ropewalk.Hosting;

/// <summary>Reports that services could not be started: all errors at once, each with the service and the endpoint it is about.</summary>
public sealed class ServiceStartException : ProtocolException
{
    /// <summary>Creates the exception.</summary>
    public ServiceStartException(IReadOnlyList<string> errors)
        : base(Describe(errors), ErrorSide.Local, ErrorScope.Operation)
    {
        Errors = errors;
    }

    /// <summary>Gets the errors, one line each.</summary>
    public IReadOnlyList<string> Errors { get; }

    /// <summary>Gets whether all of them are of what was configured, and none is of a port or of the system.</summary>
    public bool IsConfiguration { get; init; }

    private static string Describe(IReadOnlyList<string> errors)
    {
        ArgumentNullException.ThrowIfNull(errors);
        return errors.Count == 1
            ? $"Cannot start: {errors[0]}"
            : $"Cannot start, for {errors.Count} reasons:{string.Concat(errors.Select(error => $"{Environment.NewLine}  {error}"))}";
    }
}
