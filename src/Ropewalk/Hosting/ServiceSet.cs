namespace Ropewalk.Hosting;

/// <summary>Holds what a configuration says, or what is wrong with it.</summary>
/// <param name="Services">The services that shall run, in the order in which they are shown.</param>
/// <param name="Errors">All errors, one line each, with their places; where there is one, the services are not looked at.</param>
/// <param name="Files">The full paths of the files that it was read from: a change of one is a reason to reload.</param>
public sealed record ServiceSet(IReadOnlyList<ServiceDefinition> Services, IReadOnlyList<string> Errors, IReadOnlyList<string> Files);
