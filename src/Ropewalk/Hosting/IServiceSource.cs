namespace Ropewalk.Hosting;

/// <summary>Reads the effective configuration: at the start, and again at every reload.</summary>
public interface IServiceSource
{
    /// <summary>Reads it. What is wrong with it is told in the result; an exception is a fault of this program.</summary>
    ValueTask<ServiceSet> LoadAsync(CancellationToken cancellationToken);
}
