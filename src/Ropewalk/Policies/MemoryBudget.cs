using Microsoft.Extensions.Options;

namespace Ropewalk.Policies;

/// <summary>Bounds what the buffers of all connections of a policy may hold together. <b>Reload</b>: live.</summary>
public sealed class MemoryBudget
{
    /// <summary>Gets or sets the received and unconsumed bytes above which one connection is cut. Default 1 MiB, the transports' own bound.</summary>
    public long ConnectionInputBytes { get; set; } = 1024 * 1024;

    /// <summary>Gets or sets the unsent bytes above which one connection is cut: its peer does not read. Default 1 MiB (InspIRCd's <c>hardsendq</c>).</summary>
    public long ConnectionOutputBytes { get; set; } = 1024 * 1024;

    /// <summary>Gets or sets the total above which the largest holders' reads pause. Default 64 MiB.</summary>
    public long SoftTotalBytes { get; set; } = 64L * 1024 * 1024;

    /// <summary>Gets or sets the total above which the largest holder of output is cut, and the next, until the total is below. Default 128 MiB.</summary>
    public long HardTotalBytes { get; set; } = 128L * 1024 * 1024;

    /// <summary>Checks everything and tells all errors at once.</summary>
    /// <exception cref="OptionsValidationException">Something is wrong.</exception>
    public void Validate()
    {
        var errors = new List<string>();
        foreach ((string name, long value) in ((string, long)[])
            [(nameof(ConnectionInputBytes), ConnectionInputBytes), (nameof(ConnectionOutputBytes), ConnectionOutputBytes), (nameof(SoftTotalBytes), SoftTotalBytes)])
        {
            if (value < 4096)
            {
                errors.Add($"{name}: allowed is 4 KiB and more.");
            }
        }

        if (HardTotalBytes < SoftTotalBytes)
        {
            errors.Add("HardTotalBytes: must not be below SoftTotalBytes.");
        }

        if (errors.Count > 0)
        {
            throw new OptionsValidationException(nameof(MemoryBudget), typeof(MemoryBudget), errors);
        }
    }
}
